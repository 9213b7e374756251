"""Workouts: lists in the order of acceptance or of start, and soft deletion."""

from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Connection

from app.access.caller import Caller
from app.audit import queries as audit
from app.http.errors import FieldError, InvalidFieldsError, NotScoredError, require_found
from app.http.fields import FromDay, ToDay, UserId
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.points import queries as points
from app.points.schemas import ReasonText
from app.resources import Res
from app.rights import MemberCaller, Reader, visible_member
from app.workouts import removal
from app.workouts.queries import DAY_CURSORS, Filter, Place, Span, recent_workouts, workouts_by_day
from app.workouts.schemas import WorkoutList
from fitburn.audit import Action
from fitburn.database import Row
from fitburn.predictions import PredictionStatus, Standing
from fitburn.workouts import WorkoutType

router = noun_router("workouts", "/workouts")

MemberFilter = Annotated[UserId | None, Query(description="Only this member's.", examples=["u1"])]
Reason = Annotated[ReasonText | None, Query(description="Why; required for operators.", examples=["entered twice"])]


@router.get(
    "",
    response_model=WorkoutList,
    summary="List workouts by day",
    responses=error_responses(404),
)
def list_workouts(
    resources: Res,
    caller: Reader,
    user_id: MemberFilter = None,
    workout_type: Annotated[WorkoutType | None, Query(description="Only of this type.", examples=["running"])] = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Workouts of the club (for a member: their own) by day and start, latest first.

    Days are in the club's time zone. A workout that was submitted late is listed on the day it was done.
    """
    after = DAY_CURSORS.read(cursor)
    with resources.reading() as connection:
        member_id = visible_member(connection, caller, user_id)
        span = Span(caller.club_id, member_id, workout_type, from_day, to_day)
        rows = workouts_by_day(connection, span, after=after, limit=limit + 1)
    return DAY_CURSORS.page(rows, limit, _day_and_start)


@router.get(
    "/recent",
    response_model=WorkoutList,
    summary="List workouts by acceptance",
    responses=error_responses(404),
)
def list_recent_workouts(
    resources: Res,
    caller: Reader,
    user_id: MemberFilter = None,
    status: Annotated[PredictionStatus | None, Query(description="Only with this status.", examples=["done"])] = None,
    held: Annotated[
        bool, Query(description="true: only workouts whose award is held for review.", examples=[True])
    ] = False,
    attention: Annotated[
        bool, Query(description="true: only workouts that failed or are held for review.", examples=[True])
    ] = False,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Workouts of the club (for a member: their own) by time of acceptance, latest first."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        member_id = visible_member(connection, caller, user_id)
        query = Filter(caller.club_id, member_id, status, held, attention)
        rows = recent_workouts(connection, query, before=before, limit=limit + 1)
    return ID_CURSORS.page(rows, limit, lambda row: row.workout_id)


# Only a UUID matches, so that DELETE /workouts/bulk and /workouts/recent answer 405.
@router.delete(
    "/{workout_id:uuid}",
    status_code=204,
    summary="Delete a workout",
    responses=error_responses(404, 409),
)
def delete_workout(resources: Res, caller: MemberCaller, workout_id: UUID, reason: Reason = None) -> Response:
    """The workout is no longer shown or counted. Paid points are taken back; the balance may become negative.

    409 `not_scored` until the workout is scored. Idempotent.
    """
    if caller.sees_only is None and reason is None:
        raise InvalidFieldsError([FieldError("/reason", "missing", "Required, because the workout is not your own.")])
    with resources.writing() as connection:
        points.lock_member(connection, _find(connection, caller, workout_id).member_id)
        workout = _find(connection, caller, workout_id)
        if workout.status == PredictionStatus.PENDING:
            raise NotScoredError("Its calories are being worked out: try again in a moment.")
        if workout.standing != Standing.DELETED:
            removal.soft_delete(connection, workout, actor=caller.source, reason=reason)
            details = {"points": -workout.points}
            audit.record(
                connection,
                caller,
                Action.WORKOUT_DELETED,
                subject_id=workout_id,
                details=details,
                reason=reason,
                key=None,
            )
    return Response(status_code=204)


def _find(connection: Connection, caller: Caller, workout_id: UUID) -> Row:
    return require_found(removal.find_workout(connection, caller.club_id, caller.sees_only, workout_id), "workout")


def _day_and_start(workout: Row) -> Place:
    return workout.local_day, workout.ts.astimezone(UTC), workout.workout_id
