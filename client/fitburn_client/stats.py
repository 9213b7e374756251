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
    """A member's place on a day; equal totals share a rank. Members see the ids of others as None."""

    rank: int
    total_calories: float
    workouts_cnt: int
    user_id: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Places of a day, best first. `me` is the place of the token's own member, among `items` or not."""

    day: date
    items: tuple[Place, ...]
    me: Place | None = None
    refreshed_at: datetime | None = None
