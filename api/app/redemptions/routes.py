"""Redemptions: a member puts points aside for a reward, and the desk hands it over."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app import db
from app.access.caller import Caller
from app.access.rights import MemberCaller, Operator
from app.audit import queries as audit
from app.http.errors import (
    IdempotencyMismatchError,
    InsufficientPointsError,
    LimitReachedError,
    NotAvailableError,
    NotFoundError,
    OutOfStockError,
    RedemptionClosedError,
)
from app.http.fields import UserId
from app.http.idempotency import REPLAYED, Key, mark_replayed
from app.http.paging import Cursor, Limit, read_cursor, split_page
from app.http.problems import answers
from app.redemptions import queries
from app.redemptions.schemas import Code, FulfilIn, RedeemIn, RedemptionList, RedemptionOut, RedemptionStatus
from fitburn.errors import DomainError

router = APIRouter(tags=["redemptions"])

REFUSALS: dict[str, tuple[type[DomainError], str]] = {
    "not_found": (NotFoundError, "There is no such reward."),
    "not_available": (NotAvailableError, "This cannot be redeemed now: see its active, valid_from and valid_to."),
    "out_of_stock": (OutOfStockError, "The last one has gone. Choose another reward."),
    "limit_reached": (LimitReachedError, "You have as many of this reward as one member can have."),
    "insufficient_points": (InsufficientPointsError, "Your balance is lower than what this costs."),
}
DONE: dict[int | str, dict[str, Any]] = {200: {"description": "Done, and in the audit log.", "headers": REPLAYED}}


@router.post(
    "/redemptions",
    status_code=201,
    response_model=RedemptionOut,
    summary="Redeem a reward",
    responses=answers(400, 401, 403, 404, 409, 413, 415, 422, 503)
    | {
        201: {
            "description": "Points are put aside; show the code at the desk within 72 hours.",
            "headers": REPLAYED | {"Location": {"description": "The redemption.", "schema": {"type": "string"}}},
        }
    },
)
def redeem_reward(request: Request, response: Response, caller: MemberCaller, body: RedeemIn, key: Key = None) -> Any:
    """Put points aside for a reward. The code of a 409 says why not: out_of_stock, insufficient_points …"""
    with request.app.state.engine.begin() as connection:
        outcome, redemption_id = queries.redeem(connection, UUID(caller.member_id), body.reward_id, key)
        if outcome == "mismatch":
            raise IdempotencyMismatchError
        if redemption_id is None:
            refusal, detail = REFUSALS[outcome]
            raise refusal(detail)
        made = _redemption(connection, caller, redemption_id)
    response.headers["Location"] = f"/redemptions/{redemption_id}"
    mark_replayed(response, replayed=outcome == "replayed")
    return made


@router.get(
    "/me/redemptions",
    response_model=RedemptionList,
    summary="List one's own redemptions",
    responses=answers(401, 403, 422, 503),
)
def list_my_redemptions(
    request: Request,
    caller: MemberCaller,
    status: Annotated[RedemptionStatus | None, Query(description="Only with this status.")] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """What whoever is logged in has redeemed, latest first."""
    return _page(request, caller, limit, cursor, member_id=caller.member_id, status=status)


@router.get(
    "/redemptions",
    response_model=RedemptionList,
    summary="List the club's redemptions",
    responses=answers(401, 403, 404, 422, 503),
)
def list_redemptions(
    request: Request,
    caller: Operator,
    status: Annotated[RedemptionStatus | None, Query(description="Only with this status.")] = None,
    code: Annotated[Code | None, Query(description="Only the held one with this code.", examples=["7QK4ZD"])] = None,
    user_id: Annotated[UserId | None, Query(description="Only this member's.", examples=["u1"])] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """What members of the club have redeemed, latest first. With `code`: whose it is, before it is handed over."""
    member_id = None
    if user_id is not None:
        with request.app.state.engine.connect() as connection:
            member_id = db.visible_member(connection, caller.club_id, None, user_id)
    return _page(request, caller, limit, cursor, member_id=member_id, status=status, code=code)


@router.get(
    "/redemptions/{redemption_id}",
    response_model=RedemptionOut,
    summary="Get a redemption",
    responses=answers(401, 403, 404, 422, 503),
)
def get_redemption(request: Request, caller: MemberCaller, redemption_id: UUID) -> Any:
    """One's own, or any of the club for an operator."""
    with request.app.state.engine.connect() as connection:
        return _redemption(connection, caller, redemption_id)


@router.post(
    "/redemptions/fulfil",
    response_model=RedemptionOut,
    summary="Hand over a reward by its code",
    responses=answers(400, 401, 403, 404, 409, 413, 415, 422, 503) | DONE,
)
def fulfil_code(request: Request, response: Response, caller: Operator, body: FulfilIn, key: Key = None) -> Any:
    """The member showed this code and got the reward."""
    with request.app.state.engine.begin() as connection:
        status = RedemptionStatus.FULFILLED
        earlier = audit.find_entry(connection, caller, key, action=_action(status), subject_id=None)
        found = queries.read_redemptions(connection, caller.club_id, code=body.code)
        if earlier is None and not found:
            raise NotFoundError("No redemption that can be handed over has this code. Was it handed over before?")
        redemption_id = earlier.subject_id if earlier is not None else found[0].redemption_id
        closed = _close(connection, response, caller, redemption_id, status, key)
        if earlier is not None and closed["code"] != body.code:
            raise IdempotencyMismatchError
        return closed


@router.post(
    "/redemptions/{redemption_id}/fulfil",
    response_model=RedemptionOut,
    summary="Hand over a reward",
    responses=answers(401, 403, 404, 409, 422, 503) | DONE,
)
def fulfil_redemption(
    request: Request, response: Response, caller: Operator, redemption_id: UUID, key: Key = None
) -> Any:
    """The member got the reward; its points are spent for good. 409 unless it is held and not older than 72 hours."""
    with request.app.state.engine.begin() as connection:
        return _close(connection, response, caller, redemption_id, RedemptionStatus.FULFILLED, key)


@router.post(
    "/redemptions/{redemption_id}/cancel",
    response_model=RedemptionOut,
    summary="Cancel a redemption",
    responses=answers(401, 403, 404, 409, 422, 503) | DONE,
)
def cancel_redemption(
    request: Request, response: Response, caller: MemberCaller, redemption_id: UUID, key: Key = None
) -> Any:
    """Points and stock come back; by the member or an operator. 409 unless it is held."""
    with request.app.state.engine.begin() as connection:
        return _close(connection, response, caller, redemption_id, RedemptionStatus.CANCELLED, key)


def _close(
    connection: Connection,
    response: Response,
    caller: Caller,
    redemption_id: UUID,
    status: RedemptionStatus,
    key: str | None,
) -> dict[str, Any]:
    """The redemption with its new status, or as an earlier try of the same request left it."""
    _redemption(connection, caller, redemption_id)
    try:
        closed = queries.close(connection, caller, redemption_id, status, key)
    except IntegrityError:
        # The one key of the log: it was used for something else.
        raise IdempotencyMismatchError from None
    found = _redemption(connection, caller, redemption_id)
    if not closed:
        earlier = audit.find_entry(connection, caller, key, action=_action(status), subject_id=redemption_id)
        if earlier is None:
            raise RedemptionClosedError(_why_closed(found))
    mark_replayed(response, replayed=not closed)
    return found


def _why_closed(found: dict[str, Any]) -> str:
    if found["status"] == RedemptionStatus.HELD:
        return f"It could be fetched until {found['expires_at']:%Y-%m-%d %H:%M} UTC; its points go back."
    return f"It was {found['status']} at {found['closed_at']:%Y-%m-%d %H:%M} UTC, and stays so."


def _action(status: RedemptionStatus) -> str:
    return f"redemption.{status}"


def _redemption(connection: Connection, caller: Caller, redemption_id: UUID) -> dict[str, Any]:
    found = queries.read_redemptions(
        connection, caller.club_id, member_id=caller.sees_only, redemption_id=redemption_id
    )
    if not found:
        raise NotFoundError("There is no such redemption.")
    return found[0]._asdict()


def _page(request: Request, caller: Caller, limit: int, cursor: str | None, **wanted: Any) -> dict[str, Any]:
    before = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        rows = queries.read_redemptions(connection, caller.club_id, before=before, limit=limit + 1, **wanted)
    page, next_cursor = split_page(rows, limit, "redemption_id")
    return {"items": [row._asdict() for row in page], "next_cursor": next_cursor}
