"""Statistics of the club, from its daily marts."""

from dataclasses import dataclass
from datetime import date, datetime

from fitburn_client.paging import Page, Paginator
from fitburn_client.resource import Resource

__all__ = ["ClubWeek", "DailyStats", "Day", "Figure"]


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
class DailyStats(Page[Day]):
    """A page of days. `refreshed_at`: when the mart was last refreshed; None: never."""

    items: tuple[Day, ...]
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a period and of the one before it; None where it has no data."""

    value: float | None
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubWeek:
    """The club in the seven days up to `day` against the seven before; `active_28d` compares 28 days with 28.

    `return_rate` is the share, 0 to 1, of the previous week's members who came again. Sums are as of `refreshed_at`.
    """

    day: date
    first_day: date
    active_7d: Figure
    active_28d: Figure
    return_rate: Figure
    new_members: Figure
    workouts_cnt: Figure
    points_awarded: Figure
    total_calories: Figure
    refreshed_at: datetime | None = None


class StatsResource(Resource):
    """Calls under `client.stats`."""

    def daily(self, from_day: date | None = None, to_day: date | None = None) -> Paginator[Day, DailyStats]:
        """The club's days with workouts, latest first; both ends are included, an open end is None."""
        return self._list_with(DailyStats, "/stats/daily", {"from": from_day, "to": to_day})

    def club_week(self, day: date | None = None) -> ClubWeek:
        """The seven days up to a day (today) against the seven before. For operators and partners."""
        return self._get(ClubWeek, "/stats/club", {"day": day})
