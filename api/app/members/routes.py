"""A member's own profile, and for operators how to find somebody of the club."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator

from app.access.rights import MemberCaller, Operator
from app.http.fields import printable
from app.http.paging import Cursor, Limit, read_cursor, split_page
from app.http.problems import answers
from app.members import queries
from app.members.schemas import FoundMembersOut, ProfileOut, ProfilePatch

router = APIRouter(tags=["members"])


@router.get("/me", response_model=ProfileOut, summary="Get one's own profile", responses=answers(401, 403, 503))
def get_me(request: Request, caller: MemberCaller) -> Any:
    """The profile of whoever is logged in."""
    with request.app.state.engine.connect() as connection:
        return queries.read_profile(connection, UUID(caller.member_id))._asdict()


@router.patch(
    "/me",
    response_model=ProfileOut,
    summary="Change one's own profile",
    responses=answers(400, 401, 403, 413, 415, 422, 503),
)
def change_me(request: Request, caller: MemberCaller, patch: ProfilePatch) -> Any:
    """Change the given fields; null clears one. Workouts that were sent before keep the profile they were sent with."""
    member_id = UUID(caller.member_id)
    with request.app.state.engine.begin() as connection:
        queries.change_profile(connection, member_id, patch.model_dump(exclude_unset=True))
        return queries.read_profile(connection, member_id)._asdict()


@router.get("/members", response_model=FoundMembersOut, summary="Find a member", responses=answers(401, 403, 422, 503))
def find_members(
    request: Request,
    caller: Operator,
    q: Annotated[
        str,
        Query(
            min_length=2,
            max_length=120,
            description="Beginnings of words of the name, the e-mail address or the id, such as `ann ber`.",
            examples=["ann"],
        ),
        AfterValidator(printable),
    ],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Members of the operator's club, those who joined last first. Capitals do not matter."""
    before = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        rows = queries.find_members(connection, caller.club_id, q, before=before, limit=limit + 1)
    page, next_cursor = split_page(rows, limit, "id")
    return {"items": [row._asdict() for row in page], "next_cursor": next_cursor}
