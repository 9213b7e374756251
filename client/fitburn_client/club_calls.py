"""Calls about the club: its days, its week, its boards, and the service that it runs on."""

from collections.abc import Iterator
from datetime import date

from fitburn_client.decoding import decode
from fitburn_client.paging import PAGE_LIMIT, Calls, Page, Query, iso
from fitburn_client.resources.members import FoundMember
from fitburn_client.resources.operations import ClubWeek, System
from fitburn_client.resources.stats import DailyStats, Leaderboard


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

    def leaderboard(self, day: date | None = None, limit: int | None = None, *, period: str = "day") -> Leaderboard:
        """The board of the day, week or month that contains a day of the club (today): `limit` places, or all."""
        whole = self._whole(_board(day), {"period": period}, PAGE_LIMIT, limit)
        return decode(Leaderboard, whole | {"next_cursor": None})

    def leaderboard_page(
        self, day: date | None = None, *, period: str = "day", limit: int = 50, cursor: str | None = None
    ) -> Leaderboard:
        """One page of that board; `next_cursor` leads to the one after."""
        query: Query = {"period": period, "limit": limit, "cursor": cursor}
        return self._get(Leaderboard, _board(day), query)

    def find_members_page(self, said: str, *, limit: int = 50, cursor: str | None = None) -> Page[FoundMember]:
        """Members whose name, e-mail or id has words that begin like those that are said; for operators."""
        return self._page(FoundMember, "/members", {"q": said, "limit": limit, "cursor": cursor})

    def find_members(self, said: str, page_size: int = 50) -> Iterator[FoundMember]:
        """All of them, those who joined last first."""
        return self._pages(FoundMember, "/members", {"q": said}, page_size)


def _board(day: date | None) -> str:
    """Today is the club's, not the caller's."""
    return f"/leaderboard/{day.isoformat() if day else 'today'}"
