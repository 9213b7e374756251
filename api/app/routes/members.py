"""Members: profile and points, one's own and, for partners and operators, those of the club."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request

from app import db, people
from app.access import MemberCaller, Reader
from app.errors import NotFoundError
from app.fields import UserId
from app.member_schemas import ProfileOut, ProfilePatch
from app.paging import Cursor, Limit, read_cursor, split_page
from app.problems import answers
from app.schemas import PointsOut

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


@router.get(
    "/me/points", response_model=PointsOut, summary="Get one's own points", responses=answers(401, 403, 422, 503)
)
def get_my_points(request: Request, caller: MemberCaller, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Balance and movements of whoever is logged in, latest first."""
    return _points(request, UUID(caller.member_id), str(caller.user_id), limit, cursor)


@router.get(
    "/members/{user_id}/points",
    response_model=PointsOut,
    summary="Get a member's points",
    responses=answers(401, 403, 404, 422, 503),
)
def get_points(
    request: Request,
    caller: Reader,
    user_id: Annotated[UserId, Path(description="The club's or partner's id of the member.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Balance and movements of a member of the club, latest first."""
    with request.app.state.engine.connect() as connection:
        member_id = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
    if member_id is None:
        raise NotFoundError("There is no such member.")
    return _points(request, UUID(member_id), user_id, limit, cursor)


def _points(request: Request, member_id: UUID, user_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    with request.app.state.engine.connect() as connection:
        balance, rows = db.read_points(connection, member_id, read_cursor(cursor), limit + 1)
    page, next_cursor = split_page(rows, limit, "transfer_id")
    items = [row._asdict() for row in page]
    return {"user_id": user_id, "balance": balance, "items": items, "next_cursor": next_cursor}
