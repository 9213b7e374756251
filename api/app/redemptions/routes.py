"""Redemptions: a member puts points aside for a reward, and the front desk hands it over."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.access.caller import Caller
from app.audit import queries as audit
from app.http.errors import (
    IdempotencyMismatchError,
    InsufficientPointsError,
    LimitReachedError,
    NotAvailableError,
    NotFoundError,
    OutOfStockError,
    RedemptionClosedError,
    require_found,
)
from app.http.fields import UserId
from app.http.idempotency import REPLAYED, Key, mark_replayed
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.redemptions import queries
from app.redemptions.schemas import Code, FulfilIn, RedeemIn, RedemptionList, RedemptionOut, RedemptionStatus
from app.resources import Res
from app.rights import MemberCaller, Operator, visible_member
from fitburn.audit import Action
from fitburn.database import Row
from fitburn.errors import DomainError
from fitburn.redemptions import COLLECT_WITHIN

router = noun_router("redemptions")

HOURS = COLLECT_WITHIN // timedelta(hours=1)

REFUSALS: dict[str, tuple[type[DomainError], str]] = {
    "not_found": (NotFoundError, "No such reward."),
    "not_available": (
        NotAvailableError,
        "This reward cannot be redeemed now: see its active, valid_from and valid_to.",
    ),
    "out_of_stock": (OutOfStockError, "This reward is out of stock. Choose another one."),
    "limit_reached": (LimitReachedError, "You have reached the limit per member for this reward."),
    "insufficient_points": (InsufficientPointsError, "Your balance is lower than the cost of this reward."),
}
DONE: dict[int | str, dict[str, Any]] = {
    200: {"description": "Done and recorded in the audit log.", "headers": REPLAYED}
}


@router.post(
    "/redemptions",
    status_code=201,
    response_model=RedemptionOut,
    summary="Redeem a reward",
    responses=error_responses(404, 409)
    | {
        201: {
            "description": f"Points are put aside; show the code at the desk within {HOURS} hours.",
            "headers": REPLAYED | {"Location": {"description": "The redemption.", "schema": {"type": "string"}}},
        }
    },
)
def redeem_reward(resources: Res, response: Response, caller: MemberCaller, body: RedeemIn, key: Key = None) -> Any:
    """Put points aside for a reward. The `code` of a 409 is the reason: `out_of_stock`, `insufficient_points` …"""
    with resources.writing() as connection:
        outcome, redemption_id = queries.redeem(connection, caller.member_id, body.reward_id, key)
        if outcome == "mismatch":
            raise IdempotencyMismatchError
        if redemption_id is None:
            refusal, detail = REFUSALS[outcome]
            raise refusal(detail)
        redemption = _redemption(connection, caller, redemption_id)
    response.headers["Location"] = f"/redemptions/{redemption_id}"
    mark_replayed(response, replayed=outcome == "replayed")
    return redemption


@router.get("/me/redemptions", response_model=RedemptionList, summary="List your redemptions")
def list_my_redemptions(
    resources: Res,
    caller: MemberCaller,
    status: Annotated[RedemptionStatus | None, Query(description="Only with this status.")] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Redemptions of the member who is logged in, latest first."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.read_redemptions(
            connection, caller.club_id, member_id=caller.member_id, status=status, before=before, limit=limit + 1
        )
    return ID_CURSORS.page(rows, limit, _id)


@router.get(
    "/redemptions",
    response_model=RedemptionList,
    summary="List the club's redemptions",
    responses=error_responses(404),
)
def list_redemptions(
    resources: Res,
    caller: Operator,
    status: Annotated[RedemptionStatus | None, Query(description="Only with this status.")] = None,
    code: Annotated[
        Code | None, Query(description="Only the held redemption with this code.", examples=["7QK4ZD"])
    ] = None,
    user_id: Annotated[UserId | None, Query(description="Only this member's.", examples=["u1"])] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Redemptions of the club's members, latest first. Use `code` to see whose it is before handing it over."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        member_id = visible_member(connection, caller, user_id)
        rows = queries.read_redemptions(
            connection,
            caller.club_id,
            member_id=member_id,
            status=status,
            code=code,
            before=before,
            limit=limit + 1,
        )
    return ID_CURSORS.page(rows, limit, _id)


@router.get(
    "/redemptions/{redemption_id}",
    response_model=RedemptionOut,
    summary="Get a redemption",
    responses=error_responses(404),
)
def get_redemption(resources: Res, caller: MemberCaller, redemption_id: UUID) -> Any:
    """One of your redemptions; operators see every redemption of the club."""
    with resources.reading() as connection:
        return _redemption(connection, caller, redemption_id)


@router.post(
    "/redemptions/fulfil",
    response_model=RedemptionOut,
    summary="Hand over a reward by its code",
    responses=error_responses(404, 409) | DONE,
)
def fulfil_code(resources: Res, response: Response, caller: Operator, body: FulfilIn, key: Key = None) -> Any:
    """Fulfil the held redemption with this code: the member has received the reward."""
    with resources.writing() as connection:
        status = RedemptionStatus.FULFILLED
        earlier = audit.find_entry(connection, caller, key, action=_action(status), subject_id=None)
        matches = queries.read_redemptions(connection, caller.club_id, code=body.code)
        if earlier is None and not matches:
            raise NotFoundError("No held redemption has this code. Was it handed over already?")
        redemption_id = earlier.subject_id if earlier is not None else matches[0].redemption_id
        closed = _close(connection, response, caller, redemption_id, status, key)
        if earlier is not None and closed["code"] != body.code:
            raise IdempotencyMismatchError
        return closed


@router.post(
    "/redemptions/{redemption_id}/fulfil",
    response_model=RedemptionOut,
    summary="Hand over a reward",
    responses=error_responses(404, 409) | DONE,
)
def fulfil_redemption(
    resources: Res, response: Response, caller: Operator, redemption_id: UUID, key: Key = None
) -> Any:
    """The member has received the reward; its points are spent. 409 unless it is held and not expired."""
    with resources.writing() as connection:
        return _close(connection, response, caller, redemption_id, RedemptionStatus.FULFILLED, key)


@router.post(
    "/redemptions/{redemption_id}/cancel",
    response_model=RedemptionOut,
    summary="Cancel a redemption",
    responses=error_responses(404, 409) | DONE,
)
def cancel_redemption(
    resources: Res, response: Response, caller: MemberCaller, redemption_id: UUID, key: Key = None
) -> Any:
    """Return the points and the stock. For the member and operators. 409 unless it is held."""
    with resources.writing() as connection:
        return _close(connection, response, caller, redemption_id, RedemptionStatus.CANCELLED, key)


def _close(
    connection: Connection,
    response: Response,
    caller: Caller,
    redemption_id: UUID,
    status: RedemptionStatus,
    key: str | None,
) -> dict[str, Any]:
    """Close the redemption, or replay an earlier try of the same request; return the redemption."""
    _redemption(connection, caller, redemption_id)
    try:
        closed = queries.close(connection, caller, redemption_id, status, key)
    except IntegrityError:
        # The audit log's unique key: this Idempotency-Key was used for another action.
        raise IdempotencyMismatchError from None
    redemption = _redemption(connection, caller, redemption_id)
    if not closed:
        earlier = audit.find_entry(connection, caller, key, action=_action(status), subject_id=redemption_id)
        if earlier is None:
            raise RedemptionClosedError(_why_closed(redemption))
    mark_replayed(response, replayed=not closed)
    return redemption


def _why_closed(redemption: dict[str, Any]) -> str:
    if redemption["status"] == RedemptionStatus.HELD:
        return (
            f"It could be collected until {redemption['expires_at']:%Y-%m-%d %H:%M} UTC; its points will be returned."
        )
    return f"It was {redemption['status']} at {redemption['closed_at']:%Y-%m-%d %H:%M} UTC, which is final."


def _action(status: RedemptionStatus) -> Action:
    return Action(f"redemption.{status}")


def _redemption(connection: Connection, caller: Caller, redemption_id: UUID) -> dict[str, Any]:
    rows = queries.read_redemptions(connection, caller.club_id, member_id=caller.sees_only, redemption_id=redemption_id)
    return require_found(next(iter(rows), None), "redemption")._asdict()


def _id(redemption: Row) -> UUID:
    redemption_id: UUID = redemption.redemption_id
    return redemption_id
