"""A member's own profile, and the member search for operators."""

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


@router.get("/me", response_model=ProfileOut, summary="Get your profile")
def get_me(resources: Res, caller: MemberCaller) -> Any:
    """The profile of the member who is logged in."""
    with resources.reading() as connection:
        return queries.read_profile(connection, caller.member_id)._asdict()


@router.patch("/me", response_model=ProfileOut, summary="Change your profile")
def change_me(resources: Res, caller: MemberCaller, patch: ProfilePatch) -> Any:
    """Change the given fields; null clears a field. Workouts keep the profile that they were submitted with."""
    member_id = caller.member_id
    with resources.writing() as connection:
        queries.change_profile(connection, member_id, patch.model_dump(exclude_unset=True))
        return queries.read_profile(connection, member_id)._asdict()


@router.get("/members", response_model=FoundMembersOut, summary="Search members")
def find_members(
    resources: Res,
    caller: Operator,
    q: Annotated[
        str,
        Query(
            min_length=2,
            max_length=120,
            description="Prefixes of words of the name, e-mail address or user_id, such as `ann ber`.",
            examples=["ann"],
        ),
        AfterValidator(printable),
    ],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Members of the operator's club who match all prefixes, latest to join first. Ignores case."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.find_members(connection, caller.club_id, q, before=before, limit=limit + 1)
    return ID_CURSORS.page(rows, limit, lambda row: row.id)
