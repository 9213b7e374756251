"""Points: balances, transfers and manual adjustments."""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import Connection

from app import db
from app.audit import queries as audit
from app.http.fields import UserIdInPath
from app.http.idempotency import REPLAYED, Key, body_hash, mark_replayed
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.points import queries
from app.points.schemas import AdjustmentIn, AdjustmentOut, PointsOut
from app.resources import Res
from app.rights import MemberCaller, Operator, Reader
from fitburn.audit import Action

router = noun_router("points")


@router.get("/me/points", response_model=PointsOut, summary="Get your points")
def get_my_points(resources: Res, caller: MemberCaller, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Balance and transfers of the member who is logged in, latest first."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        return _points(connection, caller.member_id, caller.user_id, before, limit)


@router.get(
    "/members/{user_id}/points",
    response_model=PointsOut,
    summary="Get a member's points",
    responses=error_responses(404),
)
def get_points(resources: Res, caller: Reader, user_id: UserIdInPath, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Balance and transfers of a member of the club, latest first."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        member_id = db.member_of_club(connection, caller.club_id, user_id, sees_only=caller.sees_only)
        return _points(connection, member_id, user_id, before, limit)


@router.post(
    "/members/{user_id}/adjustments",
    status_code=201,
    response_model=AdjustmentOut,
    summary="Adjust points manually",
    responses=error_responses(404)
    | {201: {"description": "Booked and recorded in the audit log.", "headers": REPLAYED}},
)
def adjust_points(
    resources: Res, response: Response, caller: Operator, user_id: UserIdInPath, body: AdjustmentIn, key: Key = None
) -> Any:
    """Add or subtract points, with a reason. The balance may become negative. Send an Idempotency-Key."""
    with resources.writing() as connection:
        member_id = db.member_of_club(connection, caller.club_id, user_id)
        queries.lock_member(connection, member_id)
        entry = audit.record(
            connection,
            caller,
            Action.POINTS_ADJUSTED,
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


def _points(connection: Connection, member_id: UUID, user_id: str, before: UUID | None, limit: int) -> dict[str, Any]:
    balance = queries.read_balance(connection, member_id)
    rows = queries.read_transfers(connection, balance.pop("account_id"), before, limit + 1)
    return {"user_id": user_id, **balance, **ID_CURSORS.page(rows, limit, lambda row: row.transfer_id)}
