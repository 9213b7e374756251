"""Workouts: lists in the order of acceptance or of start, and soft deletion."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from app import db
from app.access.caller import Caller
from app.access.rights import MemberCaller, Reader
from app.audit import queries as audit
from app.db import Row
from app.http.errors import FieldError, InvalidFieldsError, NotFoundError, NotScoredError
from app.http.fields import Day, UserId
from app.http.paging import Cursor, Limit, WideCursor, invalid_cursor, read_cursor, read_place, split_page, write_place
from app.http.problems import answers
from app.points import queries as points
from app.points.schemas import Why
from app.workouts import removal
from app.workouts.queries import Place, Span, Wanted, recent_workouts, workouts_by_day
from app.workouts.schemas import WorkoutList
from fitburn.predictions import Standing, Status
from fitburn.workouts import WorkoutType

router = APIRouter(prefix="/workouts", tags=["workouts"])

OfMember = Annotated[UserId | None, Query(description="Only this member's.", examples=["u1"])]
Reason = Annotated[Why | None, Query(description="Why; operators have to say it.", examples=["entered twice"])]


@router.get(
    "",
    response_model=WorkoutList,
    summary="List workouts by day",
    responses=answers(401, 403, 404, 422, 503),
)
def list_workouts(
    request: Request,
    caller: Reader,
    user_id: OfMember = None,
    workout_type: Annotated[WorkoutType | None, Query(description="Only of this type.", examples=["running"])] = None,
    from_day: Annotated[
        Day | None, Query(alias="from", description="First day; open when left out.", examples=["2026-01-01"])
    ] = None,
    to_day: Annotated[
        Day | None, Query(alias="to", description="Last day; open when left out.", examples=["2026-01-31"])
    ] = None,
    *,
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """History of the club, or one's own for a member, in the order of day and start, latest first.

    A day is a day in the club's time zone. Workouts that were accepted late stand where they were done.
    """
    after = _read_place(cursor)
    with request.app.state.engine.connect() as connection:
        member_id = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
        span = Span(caller.club_id, member_id, workout_type, from_day, to_day)
        rows = workouts_by_day(connection, span, after=after, limit=limit + 1)
    page, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
    place = None if last is None else json.dumps([str(last.local_day), last.ts.isoformat(), str(last.workout_id)])
    return {
        "items": [row._asdict() for row in page],
        "next_cursor": None if place is None else write_place(place),
    }


@router.get(
    "/recent",
    response_model=WorkoutList,
    summary="List workouts, latest first",
    responses=answers(401, 403, 404, 422, 503),
)
def list_recent_workouts(
    request: Request,
    caller: Reader,
    user_id: OfMember = None,
    status: Annotated[
        Literal["pending", "done", "failed"] | None, Query(description="Only with this status.", examples=["done"])
    ] = None,
    held: Annotated[
        bool, Query(description="true: only those whose award is held for review.", examples=[True])
    ] = False,
    attention: Annotated[
        bool, Query(description="true: only those that failed or are held for review.", examples=[True])
    ] = False,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Workouts of the club, or one's own for a member, in the order of acceptance, latest first."""
    before = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        member_id = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
        wanted = Wanted(caller.club_id, member_id, status, held, attention)
        rows = recent_workouts(connection, wanted, before=before, limit=limit + 1)
    page, next_cursor = split_page(rows, limit, "workout_id")
    return {"items": [row._asdict() for row in page], "next_cursor": next_cursor}


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


def _read_place(cursor: str | None) -> Place | None:
    place = read_place(cursor)
    if place is None:
        return None
    try:
        day, start, workout_id = json.loads(place)
        ts = datetime.fromisoformat(start)
        if ts.tzinfo is None:
            raise invalid_cursor()
        return date.fromisoformat(day), ts.astimezone(UTC), UUID(workout_id)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise invalid_cursor() from None


def _find(connection: Connection, caller: Caller, workout_id: UUID) -> Row:
    workout = removal.find_workout(connection, caller.club_id, caller.sees_only, workout_id)
    if workout is None:
        raise NotFoundError("There is no such workout.")
    return workout
