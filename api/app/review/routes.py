"""Review: an operator decides on workouts that are held, and on paid ones that should not have been."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.access.caller import Caller
from app.access.rights import Operator
from app.audit import queries as audit
from app.db import Row
from app.http.errors import AlreadyReviewedError, NotFoundError, NotScoredError
from app.http.idempotency import REPLAYED, Key, mark_replayed
from app.http.paging import Cursor, Limit, read_cursor, split_page
from app.http.problems import answers
from app.points import queries as points
from app.review import queries
from app.review.schemas import ApproveIn, RejectIn, ReviewList, ReviewOut
from fitburn.predictions import Standing

router = APIRouter(tags=["review"])

DECIDED: dict[str, Any] = {
    "response_model": ReviewOut,
    "responses": answers(400, 401, 403, 404, 409, 413, 415, 422, 503)
    | {200: {"description": "Decided, and in the audit log.", "headers": REPLAYED}},
}


@router.get(
    "/review", response_model=ReviewList, summary="List workouts to review", responses=answers(401, 403, 422, 503)
)
def list_held_workouts(request: Request, caller: Operator, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Workouts of the club whose points are held; what was accepted first comes first."""
    after = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        rows = queries.read_held(connection, caller.club_id, after=after, limit=limit + 1)
    page, next_cursor = split_page(rows, limit, "workout_id")
    return {"items": [row._asdict() for row in page], "next_cursor": next_cursor}


@router.post("/review/{workout_id}/approve", summary="Let a held workout count", **DECIDED)
def approve_workout(
    request: Request, response: Response, caller: Operator, workout_id: UUID, body: ApproveIn, key: Key = None
) -> Any:
    """It earns what it would have earned, within what its day has left. 409 unless it is held."""

    def approve(connection: Connection, workout: Row) -> dict[str, Any]:
        if workout.standing != Standing.HELD:
            raise AlreadyReviewedError(f"It is {workout.standing}: there is nothing to approve.")
        given = queries.award_now(connection, workout)
        queries.approve(connection, workout, given, actor=caller.source, reason=body.reason)
        return {"points": given.points}

    return _decide(request, response, caller, workout_id, "workout.approved", body.reason, key, approve)


@router.post("/review/{workout_id}/reject", summary="Have a held workout not count", **DECIDED)
def reject_held_workout(
    request: Request, response: Response, caller: Operator, workout_id: UUID, body: RejectIn, key: Key = None
) -> Any:
    """It earns nothing and counts in no statistics. The same as POST /workouts/{workout_id}/reject."""
    return _reject(request, response, caller, workout_id, body, key)


@router.post("/workouts/{workout_id}/reject", summary="Have a workout not count", **DECIDED)
def reject_workout(
    request: Request, response: Response, caller: Operator, workout_id: UUID, body: RejectIn, key: Key = None
) -> Any:
    """Held or paid, it does not count; points that were paid are taken back, below 0 if they are spent already."""
    return _reject(request, response, caller, workout_id, body, key)


def _reject(
    request: Request, response: Response, caller: Caller, workout_id: UUID, body: RejectIn, key: str | None
) -> Any:
    def reject(connection: Connection, workout: Row) -> dict[str, Any]:
        if workout.standing == Standing.REJECTED:
            raise AlreadyReviewedError("It was rejected before.")
        queries.reject(connection, workout, actor=caller.source, reason=body.reason)
        return {"points": -workout.points}

    return _decide(request, response, caller, workout_id, "workout.rejected", body.reason, key, reject)


def _decide(
    request: Request,
    response: Response,
    caller: Caller,
    workout_id: UUID,
    action: str,
    reason: str | None,
    key: str | None,
    decide: Callable[[Connection, Row], dict[str, Any]],
) -> dict[str, Any]:
    """Locks the member, looks at the workout as it is then, decides and notes it; a second try changes nothing."""
    with request.app.state.engine.begin() as connection:
        points.lock_member(connection, _find(connection, caller, workout_id).member_id)
        earlier = audit.find_entry(connection, caller, key, action=action, subject_id=workout_id, reason=reason)
        if earlier is None:
            workout = _find(connection, caller, workout_id)
            if workout.standing is None:
                raise NotScoredError(f"It is {workout.status}: only what has been scored can be reviewed.")
            details = decide(connection, workout)
            audit.note(connection, caller, action, subject_id=workout_id, details=details, reason=reason, key=key)
        mark_replayed(response, replayed=earlier is not None)
        return _find(connection, caller, workout_id)._asdict()


def _find(connection: Connection, caller: Caller, workout_id: UUID) -> Row:
    workout = queries.find_workout(connection, caller.club_id, workout_id)
    if workout is None:
        raise NotFoundError("There is no such workout.")
    return workout
