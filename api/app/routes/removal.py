"""Deleting workouts: one's own, or for operators any of the club's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from app import audit, points, removal
from app.access import Caller, MemberCaller
from app.errors import FieldError, InvalidFieldsError, NotFoundError, NotScoredError
from app.points_schemas import Why
from app.problems import answers
from app.removal import AnyRow
from fitburn.predictions import Standing, Status

router = APIRouter(prefix="/workouts", tags=["workouts"])

Reason = Annotated[Why | None, Query(description="Why; operators have to say it.", examples=["entered twice"])]


# Only a UUID is a workout here: /workouts/bulk and /workouts/recent are not for this method (405).
@router.delete(
    "/{workout_id:uuid}",
    status_code=204,
    summary="Delete a workout",
    responses=answers(401, 403, 404, 409, 422, 503),
)
def delete_workout(request: Request, caller: MemberCaller, workout_id: UUID, reason: Reason = None) -> Response:
    """It is no longer shown and counts for nothing; points that were paid are taken back, below 0 if they are spent.

    409 `not_scored` while its calories are being worked out. Twice is once.
    """
    if caller.sees_only is None and reason is None:
        raise InvalidFieldsError([FieldError("/reason", "missing", "Say why: the workout is not your own.")])
    with request.app.state.engine.begin() as connection:
        points.lock_member(connection, _find(connection, caller, workout_id).member_id)
        workout = _find(connection, caller, workout_id)
        if workout.status == Status.PENDING:
            raise NotScoredError("Its calories are being worked out: try again in a moment.")
        if workout.standing != Standing.DELETED:
            removal.remove(connection, workout, actor=caller.source, reason=reason)
            details = {"points": -workout.points}
            audit.note(
                connection, caller, "workout.deleted", subject_id=workout_id, details=details, reason=reason, key=None
            )
    return Response(status_code=204)


def _find(connection: Connection, caller: Caller, workout_id: UUID) -> AnyRow:
    workout = removal.find_workout(connection, caller.club_id, caller.sees_only, workout_id)
    if workout is None:
        raise NotFoundError("There is no such workout.")
    return workout
