"""Hypothesis strategies for workouts."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from fitburn import workouts
from fitburn.physiology import Gender
from fitburn.workouts import Limits, WorkoutType

START = datetime(2026, 1, 1, 10, tzinfo=UTC)


def within(limits: Limits) -> st.SearchStrategy[float]:
    return st.floats(limits.low, limits.high)


def plain(**changes: Any) -> Any:
    """An ordinary run that nothing is wrong with."""
    fields: dict[str, Any] = {
        "ts": START,
        "local_day": START.date(),
        "accepted_at": START + timedelta(hours=12),
        "workout_type": WorkoutType.RUNNING,
        "duration_min": 35.0,
        "distance_km": 5.2,
        "avg_hr": 145.0,
        "speed_kmh": 8.9,
        "gender": Gender.MALE,
        "age": 30,
        "height_cm": 180.0,
        "weight_kg": 80.0,
    }
    return SimpleNamespace(**fields | changes)


workout = st.builds(
    plain,
    ts=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    workout_type=st.sampled_from(WorkoutType),
    duration_min=within(workouts.DURATION_MIN),
    distance_km=st.none() | within(workouts.DISTANCE_KM),
    avg_hr=st.none() | within(workouts.AVG_HR),
    speed_kmh=st.none() | within(workouts.SPEED_KMH),
    gender=st.sampled_from(Gender),
    age=st.integers(int(workouts.AGE.low), int(workouts.AGE.high)),
    height_cm=within(workouts.HEIGHT_CM),
    weight_kg=within(workouts.WEIGHT_KG),
)
