"""Boards: who burnt most in a day, week or month."""

from dataclasses import dataclass
from datetime import date, datetime

from fitburn_client.paging import Page, Paginator
from fitburn_client.resource import Resource

__all__ = ["Leaderboard", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A member's place on a board; equal totals share a rank. Members see the ids of others as None.

    `name` is for display: the name that the member chose, else the id, shortened for members.
    """

    rank: int
    total_calories: float
    workouts_cnt: int
    user_id: str | None = None
    display_name: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard(Page[Place]):
    """Places of the day, week or month (`period`) that contains `day`, best first.

    `me` is the place of the token's own member, on this page or not; `neighbours` adds up to two places above and two
    below it. Without a place, `me_absent` is the reason: opted_out or no_place. `refreshed_at`: when the mart was last
    refreshed; None: never.
    """

    items: tuple[Place, ...]
    day: date
    period: str = "day"
    first_day: date | None = None
    last_day: date | None = None
    me: Place | None = None
    me_absent: str | None = None
    neighbours: tuple[Place, ...] = ()
    refreshed_at: datetime | None = None


class BoardsResource(Resource):
    """Calls under `client.boards`."""

    def places(self, day: date | None = None, *, period: str = "day") -> Paginator[Place, Leaderboard]:
        """The leaderboard of the day, week or month that contains `day`; None: the club's today."""
        path = f"/leaderboard/{day.isoformat() if day else 'today'}"
        return self._list_with(Leaderboard, path, {"period": period})
