"""Challenges: so many minutes, calories, workouts or days of a type between two days, for a bonus that is paid once.

What counts is what points were given for: credited minutes and kcal of workouts that are scored and not held for
review. The sums are taken in the database (db/init/014_challenges.sql); what a challenge may be is said here.
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
    """What is summed up."""

    MINUTES = "minutes"
    CALORIES = "calories"
    WORKOUTS = "workouts"
    DISTINCT_DAYS = "distinct_days"


class Status(StrEnum):
    """How a challenge stands on a day in the club's zone."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    PAST = "past"
    CANCELLED = "cancelled"


# What the limits of a day leave possible; calories have no limit of their own.
_MOST_A_DAY = {Metric.MINUTES: DAILY_MINUTES, Metric.WORKOUTS: DAILY_WORKOUTS, Metric.DISTINCT_DAYS: 1}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a challenge."""

    field: str
    code: str
    detail: str


def days_of(starts_on: date, ends_on: date) -> int:
    """Days of the challenge, the first and the last included."""
    return (ends_on - starts_on).days + 1


def faults(metric: Metric, goal: int, starts_on: date, ends_on: date) -> Iterator[Fault]:
    """Why nobody could take part in, or reach, such a challenge; nothing when all is well."""
    days = days_of(starts_on, ends_on)
    if days < 1:
        yield Fault("ends_on", "before_start", "The last day is before the first one.")
        return
    if days > MAX_DAYS:
        yield Fault("ends_on", "too_long", f"A challenge lasts at most {MAX_DAYS} days, this one {days}.")
    most = _MOST_A_DAY.get(metric)
    if most is not None and goal > most * days:
        yield Fault("goal", "out_of_reach", f"In {days} days nobody is credited with more than {most * days:g}.")
