"""Who did most: the leaderboards of a day, a week, a month."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from app import db
from app.access.caller import Caller
from app.boards import queries
from app.boards.queries import Board, Period
from app.boards.schemas import LeaderboardOut
from app.http.fields import Day, Printable
from app.http.paging import Cursor, Cursors, Limit
from app.http.routing import noun_router
from app.resources import Res
from app.rights import StatsReader
from app.stats import queries as stats
from fitburn.database import Row

router = noun_router("statistics")

CURSORS = Cursors(TypeAdapter(tuple[Annotated[int, Field(ge=0, lt=2**31)], Printable]))
"""Where a page ends: rank and user_id of its last place."""
BEFORE_THE_FIRST = (0, "")

OfPeriod = Annotated[Period, Query(description="Of the day, or of the week (from Monday) or month that contains it.")]


@router.get("/leaderboard/today", response_model=LeaderboardOut, summary="Get the present leaderboard")
def get_present_leaderboard(
    resources: Res, caller: StatsReader, period: OfPeriod = Period.DAY, limit: Limit = 50, cursor: Cursor = None
) -> Any:
    """The leaderboard of today, of this week or of this month, as the club's time zone has it."""
    after = CURSORS.read(cursor) or BEFORE_THE_FIRST
    with resources.reading() as connection:
        today = db.club_today(connection, caller.club_id)
        return _page(connection, caller, today, period, after, limit)


@router.get("/leaderboard/{day}", response_model=LeaderboardOut, summary="Get a leaderboard")
def get_leaderboard(
    resources: Res,
    caller: StatsReader,
    day: Annotated[Day, Path(description="Day in the club's time zone.", examples=["2026-01-01"])],
    period: OfPeriod = Period.DAY,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Members by calories, best first. A member's own place comes as `me`, whatever the page, with its neighbours."""
    after = CURSORS.read(cursor) or BEFORE_THE_FIRST
    with resources.reading() as connection:
        return _page(connection, caller, day, period, after, limit)


def _page(
    connection: Connection, caller: Caller, day: date, period: Period, after: tuple[int, str], limit: int
) -> dict[str, Any]:
    board = Board.of(caller.club_id, period, day)
    rows = queries.read_places(connection, board, after=after, limit=limit + 1)
    page = CURSORS.page(rows, limit, lambda row: (row.rank, row.user_id), lambda row: _shown(row, caller))
    return {
        **_own_place(connection, board, caller),
        "day": day,
        "period": period,
        "first_day": board.first_day,
        "last_day": board.last_day,
        **page,
        "refreshed_at": stats.refreshed_at(connection, stats.LEADERBOARD_DAILY),
    }


def _own_place(connection: Connection, board: Board, caller: Caller) -> dict[str, Any]:
    """The caller's place among its neighbours, or why there is none."""
    nowhere: dict[str, Any] = {"me": None, "me_absent": None, "neighbours": []}
    if caller.user_id is None or caller.member_id is None:
        return nowhere
    place = queries.find_place(connection, board, caller.user_id)
    if place is None:
        opted_out = queries.has_opted_out(connection, caller.member_id)
        return nowhere | {"me_absent": "opted_out" if opted_out else "no_place"}
    around = queries.read_neighbours(connection, board, place)
    return nowhere | {"me": _shown(place, caller), "neighbours": [_shown(row, caller) for row in around]}


def _shown(place: Row, caller: Caller) -> dict[str, Any]:
    """The place as the caller may see it: members know each other by the names that they chose."""
    hidden = caller.sees_only is not None and place.user_id != caller.user_id
    name = place.display_name or (_masked(place.user_id) if hidden else place.user_id)
    return place._asdict() | {"name": name} | ({"user_id": None} if hidden else {})


def _masked(user_id: str) -> str:
    """Enough to tell neighbours apart, too little to know whose id it is: it may be an address."""
    return f"{user_id[0]}…{user_id[-2:] if len(user_id) > 4 else ''}"
