"""Challenges: a goal in minutes, calories, workouts or days between two dates, for a bonus that is paid once.

Only what earned points counts: credited minutes and kcal of workouts that are scored and not held for review. The
database computes the sums (db/init/014_challenges.sql); this module validates what a challenge may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fitburn.points import DAILY_MINUTES, DAILY_WORKOUTS

MAX_DAYS = 366
MAX_GOAL = 1_000_000
MAX_BONUS_POINTS = 10_000


class Metric(StrEnum):
    """The quantity that a challenge sums up."""

    MINUTES = "minutes"
    CALORIES = "calories"
    WORKOUTS = "workouts"
    DISTINCT_DAYS = "distinct_days"


class ChallengeStatus(StrEnum):
    """State of a challenge on a day in the club's zone."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    PAST = "past"
    CANCELLED = "cancelled"


# The most that a day's limits allow; no limit applies to calories.
_MOST_A_DAY = {Metric.MINUTES: DAILY_MINUTES, Metric.WORKOUTS: DAILY_WORKOUTS, Metric.DISTINCT_DAYS: 1}


@dataclass(frozen=True, slots=True)
class Fault:
    """A validation error of one field of a challenge."""

    field: str
    code: str
    detail: str


def days_of(starts_on: date, ends_on: date) -> int:
    """Number of days from the first to the last, both included."""
    return (ends_on - starts_on).days + 1


def faults(metric: Metric, goal: int, starts_on: date, ends_on: date) -> Iterator[Fault]:
    """Reasons why no member could take part in such a challenge, or reach its goal; none if it is valid."""
    days = days_of(starts_on, ends_on)
    if days < 1:
        yield Fault("ends_on", "before_start", "The last day is before the first one.")
        return
    if days > MAX_DAYS:
        yield Fault("ends_on", "too_long", f"A challenge lasts at most {MAX_DAYS} days, this one {days}.")
    most = _MOST_A_DAY.get(metric)
    if most is not None and goal > most * days:
        yield Fault("goal", "out_of_reach", f"In {days} days nobody is credited with more than {most * days:g}.")
