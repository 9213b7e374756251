"""Streaks: in how many weeks running a member came often enough.

A week is an ISO week, Monday to Sunday, of days in the club's zone. It counts when it has at least as many workouts as
the club asks for. A week that falls short is bridged by a freeze, one a calendar month, taken by itself: the streak
lives on, but does not grow. A week belongs to the month of its Thursday, as ISO weeks belong to years. The week that is
under way can only help.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_WEEKLY_WORKOUTS = 2
FREEZES_A_MONTH = 1

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Streak:
    """How it stands on a day. `breaks_on` is the first day without the streak if nothing more is done; None without
    one. `freezes_left` is of the month of the present week."""

    weeks: int
    longest: int
    freezes_left: int
    breaks_on: date | None


@dataclass(frozen=True, slots=True)
class _Run:
    """The weeks so far."""

    length: int = 0
    longest: int = 0
    month: tuple[int, int] | None = None
    frozen: int = 0

    def after(self, week: date, enough: bool) -> "_Run":
        month = month_of(week)
        frozen = self.frozen if month == self.month else 0
        if enough:
            return _Run(self.length + 1, max(self.longest, self.length + 1), month, frozen)
        if self.length and frozen < FREEZES_A_MONTH:
            return _Run(self.length, self.longest, month, frozen + 1)
        return _Run(0, self.longest, month, frozen)


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
    run = _Run()
    week = min(workouts, default=this_week)
    while week < this_week:
        run = run.after(week, _enough(week, workouts, targets))
        week += WEEK
    freezes_left = FREEZES_A_MONTH - (run.frozen if run.month == month_of(this_week) else 0)
    if _enough(this_week, workouts, targets):
        run = run.after(this_week, enough=True)
        week += WEEK
    return Streak(run.length, run.longest, freezes_left, _breaks_on(run, week))


def _enough(week: date, workouts: Mapping[date, int], targets: Mapping[date, int]) -> bool:
    return workouts.get(week, 0) >= target_of(week, targets)


def _breaks_on(run: _Run, week: date) -> date | None:
    """The Monday after the first of the idle weeks, from this one on, that no freeze bridges."""
    if not run.length:
        return None
    while run.length:
        run = run.after(week, enough=False)
        week += WEEK
    return week
