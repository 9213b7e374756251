"""Review: an operator approves or rejects held workouts, and rejects paid ones that should not count."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import Connection

from app.access.caller import Caller
from app.audit import queries as audit
from app.http.errors import AlreadyReviewedError, NotScoredError, require_found
from app.http.idempotency import REPLAYED, Key, mark_replayed
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.points import queries as points
from app.resources import Res
from app.review import queries
from app.review.schemas import ApproveIn, RejectIn, ReviewList, ReviewOut
from app.rights import Operator
from fitburn.audit import Action
from fitburn.database import Row
from fitburn.predictions import Standing

router = noun_router("review")

DECIDED: dict[str, Any] = {
    "response_model": ReviewOut,
    "responses": error_responses(404, 409)
    | {200: {"description": "Decided and recorded in the audit log.", "headers": REPLAYED}},
}


@router.get("/review", response_model=ReviewList, summary="List workouts to review")
def list_held_workouts(resources: Res, caller: Operator, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Workouts of the club whose points are held, in the order of acceptance."""
    after = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.read_held(connection, caller.club_id, after=after, limit=limit + 1)
    return ID_CURSORS.page(rows, limit, lambda row: row.workout_id)


@router.post("/review/{workout_id}/approve", summary="Approve a held workout", **DECIDED)
def approve_workout(
    resources: Res, response: Response, caller: Operator, workout_id: UUID, body: ApproveIn, key: Key = None
) -> Any:
    """The workout earns its points, within the rest of its day's limits. 409 unless it is held."""

    def approve(connection: Connection, workout: Row) -> dict[str, Any]:
        if workout.standing != Standing.HELD:
            raise AlreadyReviewedError(f"The workout is {workout.standing}, not held.")
        award = queries.award_now(connection, workout)
        queries.approve(connection, workout, award, actor=caller.source, reason=body.reason)
        return {"points": award.points}

    return _decide(resources, response, caller, workout_id, Action.WORKOUT_APPROVED, body.reason, key, approve)


@router.post("/review/{workout_id}/reject", summary="Reject a held workout", **DECIDED)
def reject_held_workout(
    resources: Res, response: Response, caller: Operator, workout_id: UUID, body: RejectIn, key: Key = None
) -> Any:
    """The workout earns nothing and counts in no statistics. Same as POST /workouts/{workout_id}/reject."""
    return _reject(resources, response, caller, workout_id, body, key)


@router.post("/workouts/{workout_id}/reject", summary="Reject a workout", **DECIDED)
def reject_workout(
    resources: Res, response: Response, caller: Operator, workout_id: UUID, body: RejectIn, key: Key = None
) -> Any:
    """The workout, held or paid, no longer counts. Paid points are taken back; the balance may become negative."""
    return _reject(resources, response, caller, workout_id, body, key)


def _reject(
    resources: Res, response: Response, caller: Caller, workout_id: UUID, body: RejectIn, key: str | None
) -> Any:
    def reject(connection: Connection, workout: Row) -> dict[str, Any]:
        if workout.standing == Standing.REJECTED:
            raise AlreadyReviewedError("The workout was already rejected.")
        queries.reject(connection, workout, actor=caller.source, reason=body.reason)
        return {"points": -workout.points}

    return _decide(resources, response, caller, workout_id, Action.WORKOUT_REJECTED, body.reason, key, reject)


def _decide(
    resources: Res,
    response: Response,
    caller: Caller,
    workout_id: UUID,
    action: Action,
    reason: str | None,
    key: str | None,
    decide: Callable[[Connection, Row], dict[str, Any]],
) -> dict[str, Any]:
    """Lock the member, read the workout, decide and record the decision. A replay changes nothing."""
    with resources.writing() as connection:
        points.lock_member(connection, _find(connection, caller, workout_id).member_id)
        earlier = audit.find_entry(connection, caller, key, action=action, subject_id=workout_id, reason=reason)
        if earlier is None:
            workout = _find(connection, caller, workout_id)
            if workout.standing is None:
                raise NotScoredError(f"The workout is {workout.status}: only scored workouts can be reviewed.")
            details = decide(connection, workout)
            audit.record(connection, caller, action, subject_id=workout_id, details=details, reason=reason, key=key)
        mark_replayed(response, replayed=earlier is not None)
        return _find(connection, caller, workout_id)._asdict()


def _find(connection: Connection, caller: Caller, workout_id: UUID) -> Row:
    return require_found(queries.find_workout(connection, caller.club_id, workout_id), "workout")
