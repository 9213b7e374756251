"""Calls about the club: its days, its week, its boards, and the service that it runs on."""

from datetime import date

from fitburn_client.decoding import decode
from fitburn_client.operation import ClubWeek, System
from fitburn_client.paging import PAGE_LIMIT, Calls, Query, iso
from fitburn_client.stats import DailyStats, Leaderboard


class ClubCalls(Calls):
    """What the club's marts and the service say."""

    def stats_daily(self, from_day: date | None = None, to_day: date | None = None) -> DailyStats:
        """The club's days from `from_day` to `to_day`, both included; without them from the first or to the last."""
        query = {"from": iso(from_day), "to": iso(to_day)}
        return decode(DailyStats, self._whole("/stats/daily", query, PAGE_LIMIT))

    def club_week(self, day: date | None = None) -> ClubWeek:
        """The week up to a day (today) against the week before; for operators and partners."""
        return self._get(ClubWeek, "/stats/club", {"day": iso(day)})

    def system(self) -> System:
        """The health of the service; for operators."""
        return self._get(System, "/stats/system")

    def leaderboard(self, day: date, limit: int | None = None, *, period: str = "day") -> Leaderboard:
        """The board of the day, week or month that contains a day of the club: the first `limit` places, or all."""
        whole = self._whole(f"/leaderboard/{day.isoformat()}", {"period": period}, PAGE_LIMIT, limit)
        return decode(Leaderboard, whole | {"next_cursor": None})

    def leaderboard_page(
        self, day: date, *, period: str = "day", limit: int = 50, cursor: str | None = None
    ) -> Leaderboard:
        """One page of that board; `next_cursor` leads to the one after."""
        query: Query = {"period": period, "limit": limit, "cursor": cursor}
        return self._get(Leaderboard, f"/leaderboard/{day.isoformat()}", query)
