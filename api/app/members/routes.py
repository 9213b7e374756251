"""A member's own profile, and for operators how to find somebody of the club."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator

from app.http.fields import printable
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.routing import noun_router
from app.members import queries
from app.members.schemas import FoundMembersOut, ProfileOut, ProfilePatch
from app.resources import Res
from app.rights import MemberCaller, Operator

router = noun_router("members")


@router.get("/me", response_model=ProfileOut, summary="Get one's own profile")
def get_me(resources: Res, caller: MemberCaller) -> Any:
    """The profile of whoever is logged in."""
    with resources.reading() as connection:
        return queries.read_profile(connection, caller.member_id)._asdict()


@router.patch("/me", response_model=ProfileOut, summary="Change one's own profile")
def change_me(resources: Res, caller: MemberCaller, patch: ProfilePatch) -> Any:
    """Change the given fields; null clears one. Workouts that were sent before keep the profile they were sent with."""
    member_id = caller.member_id
    with resources.writing() as connection:
        queries.change_profile(connection, member_id, patch.model_dump(exclude_unset=True))
        return queries.read_profile(connection, member_id)._asdict()


@router.get("/members", response_model=FoundMembersOut, summary="Find a member")
def find_members(
    resources: Res,
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
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.find_members(connection, caller.club_id, q, before=before, limit=limit + 1)
    return ID_CURSORS.page(rows, limit, lambda row: row.id)
