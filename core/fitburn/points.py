"""From calories to points.

Credited kcal are the prediction, capped by what the workout type and the person allow; ten of them are a point. A
member's day is capped in points, workouts and minutes. Every cap that took effect leaves a reason.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fitburn import physiology
from fitburn.physiology import Gender
from fitburn.workouts import INTENSITY, Workout, WorkoutType

RULE_VERSION = "2026.1"
"""Recorded with every award. Raise it when the same workout would earn other points."""

KCAL_PER_POINT = 10.0
MET_MARGIN = 1.15
DAILY_POINTS = 150
DAILY_WORKOUTS = 3
DAILY_MINUTES = 240.0
SHARE_WITHOUT_HEART_RATE = 0.5


class Reason(StrEnum):
    """A cap that made the points fewer than kcal / 10."""

    TYPE_CEILING = "type_ceiling"
    """More than the hardest form of the type burns."""
    AEROBIC_CEILING = "aerobic_ceiling"
    """More than a very fit person of this age, sex and weight can burn."""
    NO_HEART_RATE = "no_heart_rate"
    """Half the points, since effort was not measured."""
    DAILY_MINUTES = "daily_minutes"
    DAILY_POINTS = "daily_points"
    DAILY_WORKOUTS = "daily_workouts"


class Earned(Protocol):
    """What a workout was credited for."""

    @property
    def points(self) -> int: ...
    @property
    def credited_min(self) -> float: ...


@dataclass(slots=True)
class DayUsage:
    """What a member has been credited for so far on one day in the club's zone."""

    points: int = 0
    workouts: int = 0
    minutes: float = 0.0

    def add(self, earned: Earned) -> None:
        self.points += earned.points
        self.workouts += 1
        self.minutes += earned.credited_min


@dataclass(frozen=True, slots=True)
class Award:
    """Points for one workout, what was credited for them, and the caps that took effect."""

    points: int
    credited_kcal: float
    credited_min: float
    reasons: list[Reason]


def award(workout: Workout, calories: float, used: DayUsage) -> Award:
    """The points for a workout of `calories` gross kcal, within what the day's `used` limits leave."""
    if used.workouts >= DAILY_WORKOUTS:
        return Award(points=0, credited_kcal=0.0, credited_min=0.0, reasons=[Reason.DAILY_WORKOUTS])
    credited, reasons = _creditable_kcal(workout, calories)
    minutes = min(workout.duration_min, max(0.0, DAILY_MINUTES - used.minutes))
    if minutes < workout.duration_min:
        credited *= minutes / workout.duration_min
        reasons.append(Reason.DAILY_MINUTES)
    points = int(credited / KCAL_PER_POINT)
    if workout.avg_hr is None:
        points = int(points * SHARE_WITHOUT_HEART_RATE)
        reasons.append(Reason.NO_HEART_RATE)
    remaining = max(0, DAILY_POINTS - used.points)
    if points > remaining:
        points = remaining
        reasons.append(Reason.DAILY_POINTS)
    return Award(points, credited, minutes, reasons)


def _creditable_kcal(workout: Workout, calories: float) -> tuple[float, list[Reason]]:
    """Calories within what the type and the person allow, and which of the two took effect."""
    hardest = INTENSITY[WorkoutType(workout.workout_type)].met_high * MET_MARGIN
    type_ceiling = workout.duration_min * physiology.met_kcal_per_minute(hardest, workout.weight_kg)
    person_ceiling = workout.duration_min * physiology.aerobic_ceiling_kcal_per_minute(
        Gender(workout.gender), workout.age, workout.weight_kg
    )
    if calories <= type_ceiling and calories <= person_ceiling:
        return calories, []
    if type_ceiling <= person_ceiling:
        return type_ceiling, [Reason.TYPE_CEILING]
    return person_ceiling, [Reason.AEROBIC_CEILING]
