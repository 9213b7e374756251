"""Calls that list workouts with what became of them."""

from collections.abc import Iterator
from datetime import date

from fitburn_client.paging import Calls, Page, Query, iso
from fitburn_client.resources.workouts import RecentWorkout


class HistoryCalls(Calls):
    """Own workouts with a member's token; the club's with an operator's or a partner's key, or one member's of it."""

    def recent(
        self,
        user_id: str | None = None,
        status: str | None = None,
        page_size: int = 100,
        *,
        held: bool = False,
        attention: bool = False,
    ) -> Iterator[RecentWorkout]:
        """Workouts in the order of acceptance, newest first; pages are fetched as the iterator advances.

        `held`: only those whose award is held for review; `attention`: only those that failed or are held.
        """
        query = _recent(user_id, status, held=held, attention=attention)
        return self._pages(RecentWorkout, "/workouts/recent", query, page_size)

    def recent_page(
        self,
        user_id: str | None = None,
        status: str | None = None,
        *,
        held: bool = False,
        attention: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[RecentWorkout]:
        """One page of `recent`."""
        query = _recent(user_id, status, held=held, attention=attention)
        return self._page(RecentWorkout, "/workouts/recent", {**query, "limit": limit, "cursor": cursor})

    def workouts(
        self,
        user_id: str | None = None,
        workout_type: str | None = None,
        from_day: date | None = None,
        to_day: date | None = None,
        page_size: int = 100,
    ) -> Iterator[RecentWorkout]:
        """Workouts by day and start, latest first, whenever they were accepted; both days are included."""
        return self._pages(RecentWorkout, "/workouts", _span(user_id, workout_type, from_day, to_day), page_size)

    def workouts_page(
        self,
        user_id: str | None = None,
        workout_type: str | None = None,
        from_day: date | None = None,
        to_day: date | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[RecentWorkout]:
        """One page of `workouts`."""
        query = _span(user_id, workout_type, from_day, to_day)
        return self._page(RecentWorkout, "/workouts", {**query, "limit": limit, "cursor": cursor})


def _recent(user_id: str | None, status: str | None, *, held: bool, attention: bool) -> Query:
    flags = {"held": "true" if held else None, "attention": "true" if attention else None}
    return {"user_id": user_id, "status": status, **flags}


def _span(user_id: str | None, workout_type: str | None, from_day: date | None, to_day: date | None) -> Query:
    return {"user_id": user_id, "workout_type": workout_type, "from": iso(from_day), "to": iso(to_day)}
