"""Who did most: the leaderboards of a day, a week, a month."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection

from app import db
from app.access.caller import Caller
from app.access.rights import StatsReader
from app.boards import queries
from app.boards.queries import Board, Period
from app.boards.schemas import LeaderboardOut
from app.db import Row
from app.http.fields import Day
from app.http.paging import Limit, WideCursor, invalid_cursor, read_place, write_place
from app.http.problems import answers
from app.stats import queries as stats

router = APIRouter(tags=["statistics"])

BEFORE_THE_FIRST = (0, "")


OfPeriod = Annotated[Period, Query(description="Of the day, or of the week (from Monday) or month that contains it.")]


@router.get(
    "/leaderboard/today",
    response_model=LeaderboardOut,
    summary="Get the present leaderboard",
    responses=answers(401, 403, 422, 503),
)
def get_present_leaderboard(
    request: Request, caller: StatsReader, period: OfPeriod = Period.DAY, limit: Limit = 50, cursor: WideCursor = None
) -> Any:
    """The leaderboard of today, of this week or of this month, as the club's time zone has it."""
    after = _rank_and_user(cursor)
    with request.app.state.engine.connect() as connection:
        today = db.club_today(connection, caller.club_id)
        return _page(connection, caller, today, period, after, limit)


@router.get(
    "/leaderboard/{day}",
    response_model=LeaderboardOut,
    summary="Get a leaderboard",
    responses=answers(401, 403, 422, 503),
)
def get_leaderboard(
    request: Request,
    caller: StatsReader,
    day: Annotated[Day, Path(description="Day in the club's time zone.", examples=["2026-01-01"])],
    period: OfPeriod = Period.DAY,
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """Members by calories, best first. A member's own place comes as `me`, whatever the page, with its neighbours."""
    after = _rank_and_user(cursor)
    with request.app.state.engine.connect() as connection:
        return _page(connection, caller, day, period, after, limit)


def _page(
    connection: Connection, caller: Caller, day: date, period: Period, after: tuple[int, str], limit: int
) -> dict[str, Any]:
    board = Board.of(caller.club_id, period, day)
    rows = queries.read_places(connection, board, after=after, limit=limit + 1)
    page = rows[:limit]
    return _own_place(connection, board, caller) | {
        "day": day,
        "period": period,
        "first_day": board.first_day,
        "last_day": board.last_day,
        "items": [_shown(row, caller) for row in page],
        "next_cursor": write_place(json.dumps([page[-1].rank, page[-1].user_id])) if len(rows) > limit else None,
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
