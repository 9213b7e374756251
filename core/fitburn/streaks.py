"""Streaks: the number of consecutive weeks in which a member worked out often enough.

A week is an ISO week, Monday to Sunday, of days in the club's zone. It counts if it reaches the club's weekly target of
workouts. A week that falls short is bridged by a freeze, which is applied automatically once a calendar month: the
streak continues, but does not grow. A week belongs to the month of its Thursday, as ISO weeks belong to years. The
current week can extend a streak, but not break it.

So a streak is the longest stretch of weeks up to now in which no month has two that fell short. It is searched for
backwards: a freeze that an earlier streak used takes nothing from a later one, and one more workout never shortens a
streak.
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
    """A streak on a day.

    `breaks_on` is the first day on which the streak is shorter if no more workouts follow; None if there is no streak.
    `freezes_left` is that of the current week's month.
    """

    weeks: int
    longest: int
    freezes_left: int
    breaks_on: date | None


class _Stretch:
    """Consecutive weeks, from the first that counts in the streak to the last that was added."""

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
    """The Monday of the day's week, which identifies the week."""
    return day - timedelta(days=day.weekday())


def month_of(week: date) -> tuple[int, int]:
    """Year and month to which the week with this Monday belongs."""
    thursday = week + timedelta(days=3)
    return thursday.year, thursday.month


def target_of(week: date, targets: Mapping[date, int]) -> int:
    """Workouts that the week needs. `targets` maps the Monday from which a target applies to the target."""
    earlier = [monday for monday in targets if monday <= week]
    return targets[max(earlier)] if earlier else DEFAULT_WEEKLY_WORKOUTS


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
    """The Monday after the first week that no freeze bridges, if every week from this one on is idle."""
    length = stretch.length
    if not length:
        return None
    while stretch.length == length:
        stretch.add(week, enough=False)
        week += WEEK
    return week
