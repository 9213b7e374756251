"""Calls about the club: its days and its boards."""

from datetime import date

from fitburn_client.decoding import decode
from fitburn_client.paging import PAGE_LIMIT, Calls, iso
from fitburn_client.stats import DailyStats, Leaderboard


class ClubCalls(Calls):
    """What the club's marts say."""

    def stats_daily(self, from_day: date | None = None, to_day: date | None = None) -> DailyStats:
        """The club's days from `from_day` to `to_day`, both included; without them from the first or to the last."""
        query = {"from": iso(from_day), "to": iso(to_day)}
        return decode(DailyStats, self._whole("/stats/daily", query, PAGE_LIMIT))

    def leaderboard(self, day: date, limit: int | None = None) -> Leaderboard:
        """The board of a day in the club's time zone: the first `limit` places, or all of them."""
        return decode(Leaderboard, self._whole(f"/leaderboard/{day.isoformat()}", {}, PAGE_LIMIT, limit))
