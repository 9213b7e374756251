"""Streaks: in how many weeks running a member came often enough.

A week is an ISO week, Monday to Sunday, of days in the club's zone. It counts when it has at least as many workouts as
the club asks for. A week that falls short is bridged by a freeze, one a calendar month, taken by itself: the streak
lives on, but does not grow. A week belongs to the month of its Thursday, as ISO weeks belong to years. The week that is
under way can only help.

So a streak is the longest stretch of weeks up to now in which no month has two that fell short. It is looked for
backwards: a freeze that was spent on an earlier streak takes nothing from a later one, and nobody is worse off for
having come once more.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_WEEKLY_WORKOUTS = 2
FREEZES_A_MONTH = 1

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Streak:
    """How it stands on a day. `breaks_on` is the first day on which it is shorter if nothing more is done; None without
    one. `freezes_left` is of the month of the present week."""

    weeks: int
    longest: int
    freezes_left: int
    breaks_on: date | None


class _Stretch:
    """Weeks running, from the first that counts in the streak to the last that was looked at."""

    def __init__(self) -> None:
        self.length = 0
        self.longest = 0
        self.frozen: Counter[tuple[int, int]] = Counter()
        self._weeks: deque[tuple[date, bool]] = deque()

    def add(self, week: date, enough: bool) -> None:
        self._count(week, enough, 1)
        self._weeks.append((week, enough))
        while self.frozen[month_of(week)] > FREEZES_A_MONTH:
            self._leave()
        while self._weeks and not self._weeks[0][1]:
            self._leave()
        self.longest = max(self.longest, self.length)

    def _leave(self) -> None:
        self._count(*self._weeks.popleft(), -1)

    def _count(self, week: date, enough: bool, by: int) -> None:
        if enough:
            self.length += by
        else:
            self.frozen[month_of(week)] += by


def monday_of(day: date) -> date:
    """The week of the day, named by its Monday."""
    return day - timedelta(days=day.weekday())


def month_of(week: date) -> tuple[int, int]:
    """Year and month that the week with this Monday belongs to."""
    thursday = week + timedelta(days=3)
    return thursday.year, thursday.month


def target_of(week: date, targets: Mapping[date, int]) -> int:
    """Workouts that the week takes: `targets` says from which Monday on how many."""
    begun = [monday for monday in targets if monday <= week]
    return targets[max(begun)] if begun else DEFAULT_WEEKLY_WORKOUTS


def streak(workouts: Mapping[date, int], targets: Mapping[date, int], today: date) -> Streak:
    """The streak on the day `today`, from the workouts that count in each week (by its Monday)."""
    this_week = monday_of(today)
    stretch = _Stretch()
    week = min(workouts, default=this_week)
    while week < this_week:
        stretch.add(week, _enough(week, workouts, targets))
        week += WEEK
    freezes_left = FREEZES_A_MONTH - stretch.frozen[month_of(this_week)]
    if _enough(this_week, workouts, targets):
        stretch.add(this_week, enough=True)
        week += WEEK
    return Streak(stretch.length, stretch.longest, freezes_left, _shorter_on(stretch, week))


def _enough(week: date, workouts: Mapping[date, int], targets: Mapping[date, int]) -> bool:
    return workouts.get(week, 0) >= target_of(week, targets)


def _shorter_on(stretch: _Stretch, week: date) -> date | None:
    """The Monday after the first of the idle weeks, from this one on, that no freeze bridges."""
    length = stretch.length
    if not length:
        return None
    while stretch.length == length:
        stretch.add(week, enough=False)
        week += WEEK
    return week
