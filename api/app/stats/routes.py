"""Daily statistics of the club, from the marts."""

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from app.http.fields import FromDay, ToDay
from app.http.paging import Cursor, Cursors, Limit
from app.http.routing import noun_router
from app.resources import Res
from app.rights import StatsReader
from app.stats import queries
from app.stats.schemas import DayList

router = noun_router("statistics")

CURSORS = Cursors(TypeAdapter(date))
"""Position of a page's last item: its day."""


@router.get("/stats/daily", response_model=DayList, summary="List the club's days")
def list_days(
    resources: Res,
    caller: StatsReader,
    from_day: FromDay = None,
    to_day: ToDay = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Workouts, calories, points and latency per day of the club, latest first."""
    before = CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.read_days(connection, caller.club_id, from_day, to_day, before=before, limit=limit + 1)
        refreshed_at = queries.refreshed_at(connection, queries.DAILY_METRICS)
    return CURSORS.page(rows, limit, lambda row: row.day) | {"refreshed_at": refreshed_at}
