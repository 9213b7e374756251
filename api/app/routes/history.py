"""Workouts that are there: as they came in, and as they were done."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app import db
from app.access import Reader
from app.fields import Day, UserId
from app.history import Place, Span, Wanted, recent_workouts, workouts_by_day
from app.paging import Cursor, Limit, WideCursor, invalid_cursor, read_cursor, read_place, split_page, write_place
from app.problems import answers
from app.schemas import WorkoutList
from fitburn.workouts import WorkoutType

router = APIRouter(prefix="/workouts", tags=["workouts"])

OfMember = Annotated[UserId | None, Query(description="Only this member's.", examples=["u1"])]


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
