"""A member's diary: the calendar of days, and personal bests."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query

from app import db
from app.diary import queries
from app.diary.schemas import BestsOut, OwnDayList
from app.http.errors import FieldError, InvalidFieldsError
from app.http.fields import Day
from app.http.routing import noun_router
from app.resources import Res
from app.rights import MemberCaller

router = noun_router("members", "/me")

DEFAULT_DAYS, MAX_DAYS = 371, 400
"""By default 53 weeks, as a calendar of a year shows them."""


@router.get("/days", response_model=OwnDayList, summary="Get your days")
def list_own_days(
    resources: Res,
    caller: MemberCaller,
    from_day: Annotated[
        Day | None,
        Query(alias="from", description="First day; by default 53 weeks before the last.", examples=["2025-01-02"]),
    ] = None,
    to_day: Annotated[
        Day | None, Query(alias="to", description="Last day; by default today.", examples=["2026-01-01"])
    ] = None,
) -> Any:
    """Workouts, minutes, calories and points per day in the club's time zone, earliest first. At most 400 days."""
    with resources.reading() as connection:
        last = to_day or db.club_today(connection, caller.club_id)
        first = from_day or _default_first_day(last)
        if not 0 <= (last - first).days < MAX_DAYS:
            raise InvalidFieldsError(
                [FieldError("/from", "out_of_range", f"Should be up to {MAX_DAYS - 1} days before the last day.")]
            )
        rows = queries.read_days(connection, caller.member_id, first, last)
    return {"first_day": first, "last_day": last, "items": [row._asdict() for row in rows], "next_cursor": None}


@router.get("/bests", response_model=BestsOut, summary="Get your personal bests")
def get_bests(resources: Res, caller: MemberCaller) -> Any:
    """The longest, farthest, fastest and hardest workout per type, and the best day and week."""
    with resources.reading() as connection:
        rows = queries.read_bests(connection, caller.member_id)
        best_times = queries.read_best_times(connection, caller.member_id)
    by_type: dict[str, dict[str, Any]] = {}
    for row in rows:
        best = {"value": row.value, "workout_id": row.workout_id, "local_day": row.local_day}
        by_type.setdefault(row.workout_type, {"workout_type": row.workout_type})[row.measure] = best
    return {
        "items": list(by_type.values()),
        "best_day": best_times.get("day"),
        "best_week": best_times.get("week"),
        "next_cursor": None,
    }


def _default_first_day(last: date) -> date:
    """DEFAULT_DAYS before the last day, clamped to the earliest date that Python knows."""
    return date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1))
