"""Reasons to hold a workout's points until an operator has reviewed it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from fitburn import physiology
from fitburn.physiology import Gender
from fitburn.workouts import INTENSITY, Workout, WorkoutType, speed_from_distance

CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=7)
HR_ABOVE_MAX = 20.0
SPEED_TOLERANCE = 0.25
"""Share by which a reported speed may differ from distance ÷ time: watches leave out pauses."""
SPEED_TOLERANCE_KMH = 1.0
ATHLETE_RESTING_HR = 40.0
LOW_HR_MARGIN = 10.0


class HoldReason(StrEnum):
    OVERLAP = "overlap"
    IN_FUTURE = "in_future"
    TOO_OLD = "too_old"
    HEART_RATE_TOO_HIGH = "heart_rate_too_high"
    HEART_RATE_TOO_LOW = "heart_rate_too_low"
    SPEED_MISMATCH = "speed_mismatch"


Span = tuple[datetime, datetime]
"""Start and end of a workout, the end not included."""


def span(start: datetime, duration_min: float) -> Span:
    return start, start + timedelta(minutes=duration_min)


def hold_reasons(workout: Workout, accepted_at: datetime, credited: Iterable[Span]) -> list[HoldReason]:
    """Why this workout should be reviewed before it earns points; empty for nearly all workouts.

    `accepted_at` is when the API accepted it, `credited` are the spans of the member's credited workouts.
    """
    checks = (
        (HoldReason.OVERLAP, _overlaps(workout, credited)),
        (HoldReason.IN_FUTURE, workout.ts > accepted_at + CLOCK_SKEW),
        (HoldReason.TOO_OLD, workout.ts < accepted_at - OLDEST),
        (HoldReason.HEART_RATE_TOO_HIGH, _heart_rate_too_high(workout)),
        (HoldReason.HEART_RATE_TOO_LOW, _heart_rate_too_low(workout)),
        (HoldReason.SPEED_MISMATCH, _speed_mismatch(workout)),
    )
    return [reason for reason, holds in checks if holds]


def lowest_plausible_hr(workout_type: WorkoutType, gender: Gender, age: float, weight_kg: float) -> float:
    """Beats per minute that even a very fit heart reaches in the lightest form of the type.

    The share of the oxygen reserve that the lightest form needs is taken as the share of the heart-rate reserve
    (Swain 1998), for a person whose VO2max is two standard deviations above the norm.
    """
    rest = physiology.REST_ML_KG_MIN
    fittest = physiology.vo2max_norm(gender, age, weight_kg) + physiology.VO2MAX_SPREAD_ML_KG_MIN
    share = (INTENSITY[workout_type].met_low * rest - rest) / (fittest - rest)
    reserve = physiology.hr_max(age) - ATHLETE_RESTING_HR
    return ATHLETE_RESTING_HR + min(share, 1.0) * reserve - LOW_HR_MARGIN


def _overlaps(workout: Workout, credited: Iterable[Span]) -> bool:
    start, end = span(workout.ts, workout.duration_min)
    return any(start < other_end and other_start < end for other_start, other_end in credited)


def _heart_rate_too_high(workout: Workout) -> bool:
    return workout.avg_hr is not None and workout.avg_hr > 220.0 - workout.age + HR_ABOVE_MAX


def _heart_rate_too_low(workout: Workout) -> bool:
    if workout.avg_hr is None:
        return False
    lowest = lowest_plausible_hr(
        WorkoutType(workout.workout_type), Gender(workout.gender), workout.age, workout.weight_kg
    )
    return workout.avg_hr < lowest


def _speed_mismatch(workout: Workout) -> bool:
    if workout.speed_kmh is None or workout.distance_km is None:
        return False
    derived = speed_from_distance(workout.distance_km, workout.duration_min)
    allowed = SPEED_TOLERANCE * max(workout.speed_kmh, derived) + SPEED_TOLERANCE_KMH
    return abs(workout.speed_kmh - derived) > allowed
