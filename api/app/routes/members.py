"""A member's own profile."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from app import people
from app.access import MemberCaller
from app.member_schemas import ProfileOut, ProfilePatch
from app.problems import answers

router = APIRouter(tags=["members"])


@router.get("/me", response_model=ProfileOut, summary="Get one's own profile", responses=answers(401, 403, 503))
def get_me(request: Request, caller: MemberCaller) -> Any:
    """The profile of whoever is logged in."""
    with request.app.state.engine.connect() as connection:
        return people.read_profile(connection, UUID(caller.member_id))._asdict()


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
        people.change_profile(connection, member_id, patch.model_dump(exclude_unset=True))
        return people.read_profile(connection, member_id)._asdict()
