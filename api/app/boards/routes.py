"""Leaderboards of a day, a week or a month."""

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
"""Position of a page's last item: rank and user_id."""
BEFORE_THE_FIRST = (0, "")

PeriodQuery = Annotated[Period, Query(description="The day, or the week (from Monday) or month that contains it.")]


@router.get("/leaderboard/today", response_model=LeaderboardOut, summary="Get the current leaderboard")
def get_present_leaderboard(
    resources: Res, caller: StatsReader, period: PeriodQuery = Period.DAY, limit: Limit = 50, cursor: Cursor = None
) -> Any:
    """The leaderboard of today, this week or this month, in the club's time zone."""
    after = CURSORS.read(cursor) or BEFORE_THE_FIRST
    with resources.reading() as connection:
        today = db.club_today(connection, caller.club_id)
        return _page(connection, caller, today, period, after, limit)


@router.get("/leaderboard/{day}", response_model=LeaderboardOut, summary="Get a leaderboard")
def get_leaderboard(
    resources: Res,
    caller: StatsReader,
    day: Annotated[Day, Path(description="Day in the club's time zone.", examples=["2026-01-01"])],
    period: PeriodQuery = Period.DAY,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Members by calories, best first. Every page also has the member's own place, as `me`, and its `neighbours`."""
    after = CURSORS.read(cursor) or BEFORE_THE_FIRST
    with resources.reading() as connection:
        return _page(connection, caller, day, period, after, limit)


def _page(
    connection: Connection, caller: Caller, day: date, period: Period, after: tuple[int, str], limit: int
) -> dict[str, Any]:
    board = Board.of(caller.club_id, period, day)
    rows = queries.read_places(connection, board, after=after, limit=limit + 1)
    page = CURSORS.page(rows, limit, lambda row: (row.rank, row.user_id), lambda row: _place_out(row, caller))
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
    """The caller's own place and its neighbours, or the reason why they have no place."""
    no_place: dict[str, Any] = {"me": None, "me_absent": None, "neighbours": []}
    if caller.user_id is None or caller.member_id is None:
        return no_place
    place = queries.find_place(connection, board, caller.user_id)
    if place is None:
        opted_out = queries.has_opted_out(connection, caller.member_id)
        return no_place | {"me_absent": "opted_out" if opted_out else "no_place"}
    neighbours = queries.read_neighbours(connection, board, place)
    return no_place | {"me": _place_out(place, caller), "neighbours": [_place_out(row, caller) for row in neighbours]}


def _place_out(place: Row, caller: Caller) -> dict[str, Any]:
    """The place as the caller may see it: a member sees the display names of others, not their user_ids."""
    hidden = caller.sees_only is not None and place.user_id != caller.user_id
    name = place.display_name or (_mask(place.user_id) if hidden else place.user_id)
    return place._asdict() | {"name": name} | ({"user_id": None} if hidden else {})


def _mask(user_id: str) -> str:
    """Enough to distinguish neighbours, too little to identify a person: a user_id may be an e-mail address."""
    return f"{user_id[0]}…{user_id[-2:] if len(user_id) > 4 else ''}"
