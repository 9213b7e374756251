"""What a scored workout earns, given what its member has been credited for already.

A workout that is held for review earns nothing and uses none of the day's limits. What it would have earned is noted.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from fitburn.plausibility import HoldReason, Span, hold_reasons, span
from fitburn.points import Award, DayUsage, Earned, award
from fitburn.workouts import Workout

REMEMBERED = timedelta(days=2)
"""A workout may overlap one of the day before, and days in a club's zone begin up to 14 hours before those in UTC."""

NO_AWARD = Award(points=0, credited_kcal=0.0, credited_min=0.0, reasons=[])


class DatedWorkout(Workout, Protocol):
    """A workout with the day, in the club's zone, whose limits it uses."""

    @property
    def local_day(self) -> date: ...


class AcceptedWorkout(DatedWorkout, Protocol):
    """A workout that the API accepted, and when."""

    @property
    def accepted_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """`award` is what the workout earns now; `held_points` what it would have earned, or None if it is not held."""

    award: Award
    hold_reasons: list[HoldReason]
    held_points: int | None


@dataclass(slots=True)
class Ledger:
    """What one member has been credited for: usage by day, and the spans of the workouts.

    The order of decisions matters: earlier workouts use up the day.
    """

    days: dict[date, DayUsage] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)

    def decide(self, workout: AcceptedWorkout, calories: float) -> Decision:
        """Hold or award a workout of `calories` gross kcal, and enter what it is credited for."""
        holds = hold_reasons(workout, workout.accepted_at, self.spans)
        if holds:
            return Decision(NO_AWARD, holds, award(workout, calories, self._usage(workout.local_day)).points)
        return Decision(self.approve(workout, calories), [], None)

    def approve(self, workout: DatedWorkout, calories: float) -> Award:
        """Award a workout whether or not there are reasons to hold it, as after a review, and enter the award."""
        earned = award(workout, calories, self._usage(workout.local_day))
        self.enter(workout.local_day, span(workout.ts, workout.duration_min), earned)
        return earned

    def enter(self, local_day: date, when: Span, earned: Earned) -> None:
        """Enter what a workout was credited for."""
        self._usage(local_day).add(earned)
        self.spans.append(when)

    def forget_before(self, day: date) -> None:
        """Drop entries on which no workout of `day` or later depends."""
        oldest = day - REMEMBERED
        midnight = datetime(oldest.year, oldest.month, oldest.day, tzinfo=UTC)
        self.spans = [when for when in self.spans if when[1] >= midnight]
        self.days = {day: usage for day, usage in self.days.items() if day >= oldest}

    def _usage(self, day: date) -> DayUsage:
        return self.days.setdefault(day, DayUsage())
