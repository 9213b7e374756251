"""What the marts say: the club day by day, and who did most."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Row

from app import stats
from app.access import Caller, StatsReader
from app.paging import Limit, WideCursor, invalid_cursor, read_place, write_place
from app.problems import answers
from app.stats_schemas import DayList, LeaderboardOut

router = APIRouter(tags=["statistics"])

BEFORE_THE_FIRST = (0, "")


@router.get(
    "/stats/daily",
    response_model=DayList,
    summary="Get the club's days",
    responses=answers(401, 403, 422, 503),
)
def list_days(
    request: Request,
    caller: StatsReader,
    from_day: Annotated[
        date | None, Query(alias="from", description="First day; open when left out.", examples=["2026-01-01"])
    ] = None,
    to_day: Annotated[
        date | None, Query(alias="to", description="Last day; open when left out.", examples=["2026-01-31"])
    ] = None,
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """Workouts, calories, points and delays of each day of the club, latest first."""
    before = _day(cursor)
    with request.app.state.engine.connect() as connection:
        rows = stats.read_days(connection, caller.club_id, from_day, to_day, before=before, limit=limit + 1)
        refreshed_at = stats.refreshed_at(connection, stats.DAILY_METRICS)
    page = rows[:limit]
    return {
        "items": [row._asdict() for row in page],
        "next_cursor": write_place(page[-1].day.isoformat()) if len(rows) > limit else None,
        "refreshed_at": refreshed_at,
    }


@router.get(
    "/leaderboard/{day}",
    response_model=LeaderboardOut,
    summary="Get the leaderboard of a day",
    responses=answers(401, 403, 422, 503),
)
def get_leaderboard(
    request: Request,
    caller: StatsReader,
    day: Annotated[date, Path(description="Day in the club's time zone.", examples=["2026-01-01"])],
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """Members by the calories of the day, best first. A member's own place comes as `me`, whatever the page."""
    after = _rank_and_user(cursor)
    with request.app.state.engine.connect() as connection:
        rows = stats.read_places(connection, caller.club_id, day, after=after, limit=limit + 1)
        me = stats.find_place(connection, caller.club_id, day, caller.user_id) if caller.user_id else None
        refreshed_at = stats.refreshed_at(connection, stats.LEADERBOARD_DAILY)
    page = rows[:limit]
    return {
        "day": day,
        "me": me._asdict() if me else None,
        "items": [_shown(row, caller) for row in page],
        "next_cursor": write_place(json.dumps([page[-1].rank, page[-1].user_id])) if len(rows) > limit else None,
        "refreshed_at": refreshed_at,
    }


def _shown(place: Row[*tuple[Any, ...]], caller: Caller) -> dict[str, Any]:
    """The place as the caller may see it: members know each other by the names that they chose."""
    hidden = caller.sees_only is not None and place.user_id != caller.user_id
    return place._asdict() | ({"user_id": None} if hidden else {})


def _day(cursor: str | None) -> date | None:
    place = read_place(cursor)
    if place is None:
        return None
    try:
        return date.fromisoformat(place)
    except ValueError:
        raise invalid_cursor() from None


def _rank_and_user(cursor: str | None) -> tuple[int, str]:
    place = read_place(cursor)
    if place is None:
        return BEFORE_THE_FIRST
    try:
        rank, user_id = json.loads(place)
    except (TypeError, ValueError):
        raise invalid_cursor() from None
    if not (isinstance(rank, int) and abs(rank) < 2**31 and isinstance(user_id, str) and user_id.isprintable()):
        raise invalid_cursor()
    return rank, user_id
