"""Queries on the leaderboards of days, weeks and months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, select, text

from fitburn.database import Row
from fitburn.tables import users

NEIGHBOURS = 2
"""Neighbours shown above and below the member's own place."""


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Board:
    """The leaderboard of a club for the day, week or month that starts on `first_day`."""

    club_id: UUID
    period: Period
    first_day: date

    @classmethod
    def of(cls, club_id: UUID, period: Period, day: date) -> "Board":
        """The board of the period that contains the day. Weeks start on Monday."""
        first_day = {
            Period.DAY: day,
            Period.WEEK: day - timedelta(days=day.weekday()),
            Period.MONTH: day.replace(day=1),
        }
        return cls(club_id, period, first_day[period])

    @property
    def last_day(self) -> date:
        match self.period:
            case Period.WEEK:
                return self.first_day + timedelta(days=6)
            case Period.MONTH:
                return (self.first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case _:
                return self.first_day

    @property
    def key(self) -> dict[str, Any]:
        return {"club_id": self.club_id, "period": self.period, "first_day": self.first_day}


_TABLE = {
    Period.DAY: "leaderboard_daily as l",
    Period.WEEK: "leaderboard_periods as l",
    Period.MONTH: "leaderboard_periods as l",
}
_CONDITION = {
    Period.DAY: "l.day = :first_day",
    Period.WEEK: "l.period = 'week' and l.first_day = :first_day",
    Period.MONTH: "l.period = 'month' and l.first_day = :first_day",
}


def _places(clauses: str) -> dict[Period, TextClause]:
    """The query of each period. Reads the opt-out from `users`, so that it applies before the next run of the mart."""
    return {
        period: text(f"""
            select l.rank, l.user_id, u.display_name, l.total_calories, l.workouts_cnt
            from {_TABLE[period]}
            join users as u on u.club_id = l.club_id and u.user_id = l.user_id
            where l.club_id = :club_id and {_CONDITION[period]} and not u.leaderboard_opt_out and {clauses}
        """)
        for period in Period
    }


_AFTER = _places("(l.rank, l.user_id) > (:rank, :user_id) order by l.rank, l.user_id limit :limit")
_BEFORE = _places("(l.rank, l.user_id) < (:rank, :user_id) order by l.rank desc, l.user_id desc limit :limit")
_ONE = _places("l.user_id = :user_id")


def read_places(connection: Connection, board: Board, *, after: tuple[int, str], limit: int) -> Sequence[Row]:
    """Places by rank and user_id, starting `after` such a pair."""
    rank, user_id = after
    values = {**board.key, "rank": rank, "user_id": user_id, "limit": limit}
    return connection.execute(_AFTER[board.period], values).all()


def find_place(connection: Connection, board: Board, user_id: str) -> Row | None:
    """The member's place; None if they have none on this board."""
    return connection.execute(_ONE[board.period], {**board.key, "user_id": user_id}).one_or_none()


def read_neighbours(connection: Connection, board: Board, place: Row) -> list[Row]:
    """The place and its neighbours above and below, best first."""
    values = {**board.key, "rank": place.rank, "user_id": place.user_id, "limit": NEIGHBOURS}
    above = connection.execute(_BEFORE[board.period], values).all()
    below = connection.execute(_AFTER[board.period], values).all()
    return [*reversed(above), place, *below]


def has_opted_out(connection: Connection, member_id: UUID) -> bool:
    query = select(users.c.leaderboard_opt_out).where(users.c.id == member_id)
    return bool(connection.execute(query).scalar_one())
