"""What the club's daily marts say."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the club in its own time zone; means and delays are None when nothing was scored."""

    day: date
    workouts_cnt: int
    done_cnt: int
    failed_cnt: int
    pending_cnt: int
    active_users: int
    total_calories: float
    points_awarded: int
    created_at: datetime
    avg_calories: float | None = None
    median_calories: float | None = None
    avg_latency_sec: float | None = None
    p95_latency_sec: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyStats:
    """Days with workouts, latest first. `refreshed_at`: when they were last brought up to date; None: never."""

    items: tuple[Day, ...]
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A member's place on a board; equal totals share a rank. Members see the ids of others as None.

    `name` is what to show: the name that the member chose, else the id, of which members see a part only.
    """

    rank: int
    total_calories: float
    workouts_cnt: int
    user_id: str | None = None
    display_name: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Places of the day, week or month (`period`) that contains `day`, best first.

    `me` is the place of the token's own member, among `items` or not, and `neighbours` the same between up to two above
    and two below; without one `me_absent` says why: opted_out, or no_place. `refreshed_at`: as of when; None: never.
    """

    day: date
    items: tuple[Place, ...]
    period: str = "day"
    first_day: date | None = None
    last_day: date | None = None
    me: Place | None = None
    me_absent: str | None = None
    neighbours: tuple[Place, ...] = ()
    refreshed_at: datetime | None = None
    next_cursor: str | None = None
