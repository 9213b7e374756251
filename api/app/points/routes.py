"""Points: one's own and, for partners and operators, those of the club; and corrections by hand."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection

from app import db
from app.access.rights import MemberCaller, Operator, Reader
from app.audit import queries as audit
from app.http.errors import NotFoundError
from app.http.fields import UserId
from app.http.idempotency import REPLAYED, Key, body_hash, mark_replayed
from app.http.paging import Cursor, Limit, read_cursor, split_page
from app.http.problems import answers
from app.points import queries
from app.points.schemas import AdjustmentIn, AdjustmentOut, PointsOut

router = APIRouter(tags=["points"])

UserIdPath = Annotated[UserId, Path(description="The club's or partner's id of the member.")]


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
def get_points(request: Request, caller: Reader, user_id: UserIdPath, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Balance and movements of a member of the club, latest first."""
    with request.app.state.engine.connect() as connection:
        member_id = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
    return _points(request, UUID(member_id), user_id, limit, cursor)


@router.post(
    "/members/{user_id}/adjustments",
    status_code=201,
    response_model=AdjustmentOut,
    summary="Give or take points by hand",
    responses=answers(400, 401, 403, 404, 413, 415, 422, 503)
    | {201: {"description": "Booked, and in the audit log.", "headers": REPLAYED}},
)
def adjust_points(
    request: Request, response: Response, caller: Operator, user_id: UserIdPath, body: AdjustmentIn, key: Key = None
) -> Any:
    """A correction with a reason. It may leave the member with less than 0. Send an Idempotency-Key."""
    with request.app.state.engine.begin() as connection:
        member_id = _member_of_club(connection, caller.club_id, user_id)
        queries.lock_member(connection, member_id)
        entry = audit.note(
            connection,
            caller,
            "points.adjusted",
            subject_id=member_id,
            details={"points": body.points},
            reason=body.reason,
            key=key,
            request_hash=body_hash(body),
        )
        if not entry.replayed:
            queries.book_adjustment(connection, member_id, entry.id, body.points)
        balance = queries.read_balance(connection, member_id)["balance"]
    mark_replayed(response, replayed=entry.replayed)
    return {"adjustment_id": entry.id, "user_id": user_id, "points": body.points, "balance": balance}


def _member_of_club(connection: Connection, club_id: str, user_id: str) -> UUID:
    member_id = db.find_member_id(connection, club_id, user_id)
    if member_id is None:
        raise NotFoundError("There is no such member.")
    return member_id


def _points(request: Request, member_id: UUID, user_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    before = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        balance = queries.read_balance(connection, member_id)
        rows = queries.read_transfers(connection, balance.pop("account_id"), before, limit + 1)
    page, next_cursor = split_page(rows, limit, "transfer_id")
    items = [row._asdict() for row in page]
    return {"user_id": user_id, **balance, "items": items, "next_cursor": next_cursor}
