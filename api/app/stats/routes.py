"""What the marts say of the club, day by day."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.access.rights import StatsReader
from app.http.fields import Day
from app.http.paging import Limit, WideCursor, invalid_cursor, read_place, write_place
from app.http.problems import answers
from app.stats import queries
from app.stats.schemas import DayList

router = APIRouter(tags=["statistics"])


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
        Day | None, Query(alias="from", description="First day; open when left out.", examples=["2026-01-01"])
    ] = None,
    to_day: Annotated[
        Day | None, Query(alias="to", description="Last day; open when left out.", examples=["2026-01-31"])
    ] = None,
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """Workouts, calories, points and delays of each day of the club, latest first."""
    before = _day(cursor)
    with request.app.state.engine.connect() as connection:
        rows = queries.read_days(connection, caller.club_id, from_day, to_day, before=before, limit=limit + 1)
        refreshed_at = queries.refreshed_at(connection, queries.DAILY_METRICS)
    page = rows[:limit]
    return {
        "items": [row._asdict() for row in page],
        "next_cursor": write_place(page[-1].day.isoformat()) if len(rows) > limit else None,
        "refreshed_at": refreshed_at,
    }


def _day(cursor: str | None) -> date | None:
    place = read_place(cursor)
    if place is None:
        return None
    try:
        return date.fromisoformat(place)
    except ValueError:
        raise invalid_cursor() from None
