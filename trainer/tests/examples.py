"""Workouts and rows of the model's matrix for property tests."""

import numpy as np
from hypothesis import strategies as st

from fitburn import workouts
from fitburn.features import feature_row
from fitburn.physiology import Gender
from fitburn.workouts import Limits, WorkoutType
from trainer.arrays import Floats
from trainer.golden import Example


def between(limits: Limits) -> st.SearchStrategy[float]:
    return st.floats(limits.low, limits.high)


def workouts_within(age: Limits, weight_kg: Limits, duration_min: Limits) -> st.SearchStrategy[Example]:
    """Any height, type, heart rate and speed that the API accepts; the latter two may be missing."""
    return st.builds(
        Example,
        gender=st.sampled_from(Gender),
        age=between(age),
        height_cm=between(workouts.HEIGHT_CM),
        weight_kg=between(weight_kg),
        workout_type=st.sampled_from(WorkoutType),
        duration_min=between(duration_min),
        avg_hr=st.none() | between(workouts.AVG_HR),
        speed_kmh=st.none() | between(workouts.SPEED_KMH),
        distance_km=st.none(),
    )


ANY = workouts_within(workouts.AGE, workouts.WEIGHT_KG, workouts.DURATION_MIN)
"""Everything that the API accepts."""

USUAL = workouts_within(Limits(16, 80), Limits(35, 200), Limits(5, 180))
"""The people and workouts for which the bounds are promised."""


def rows(*examples: Example) -> Floats:
    return np.array([feature_row(example) for example in examples])


def sweep(example: Example, field: str, limits: Limits, steps: int = 200) -> Floats:
    """The same workout at rising values of one field."""
    return rows(*(example._replace(**{field: value}) for value in np.linspace(limits.low, limits.high, steps).tolist()))
