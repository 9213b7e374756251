"""Golden rows: inputs with the model's outputs, by which a loader verifies that the artefact predicts the same."""

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from fitburn.features import feature_row
from fitburn.physiology import Gender
from fitburn.workouts import WorkoutType
from trainer.pipeline import Predictor


class Example(NamedTuple):
    """A made-up workout, as `fitburn.workouts.Workout`; energy does not depend on its time."""

    gender: Gender
    age: float
    height_cm: float
    weight_kg: float
    workout_type: WorkoutType
    duration_min: float
    avg_hr: float | None = None
    speed_kmh: float | None = None
    distance_km: float | None = None
    ts: datetime = datetime(2026, 1, 1, tzinfo=UTC)


EXAMPLES = (
    Example(Gender.MALE, 30, 180, 80, WorkoutType.RUNNING, 35, avg_hr=145, speed_kmh=8.9),
    Example(Gender.FEMALE, 45, 165, 62, WorkoutType.RUNNING, 50, avg_hr=152),
    Example(Gender.FEMALE, 68, 158, 71, WorkoutType.WALKING, 75, speed_kmh=4.6),
    Example(Gender.MALE, 52, 175, 96, WorkoutType.CYCLING, 120, avg_hr=128, speed_kmh=24.0),
    Example(Gender.FEMALE, 27, 170, 66, WorkoutType.YOGA, 60),
    Example(Gender.MALE, 19, 186, 74, WorkoutType.STRENGTH, 55, avg_hr=118),
    Example(Gender.MALE, 40, 178, 135, WorkoutType.ELLIPTICAL, 30, avg_hr=150),
    Example(Gender.FEMALE, 33, 162, 48, WorkoutType.SWIMMING, 40, speed_kmh=2.4),
)


def golden_rows(model: Predictor) -> list[dict[str, object]]:
    """`{"input": […], "output": kcal}` for every example; a missing value is None."""
    matrix = np.array([feature_row(example) for example in EXAMPLES])
    outputs = model.predict(matrix).tolist()
    return [
        {"input": [None if np.isnan(value) else value for value in row], "output": output}
        for row, output in zip(matrix.tolist(), outputs, strict=True)
    ]
