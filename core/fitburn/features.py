"""Features of the model, in the order of `models/features.json`: the order is the contract.

A row is a list of floats. A category is the index of its name in the feature's `categories`; a missing value is NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fitburn import workouts
from fitburn.physiology import Gender
from fitburn.workouts import Limits, Workout, WorkoutType

MISSING = float("nan")


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the model's matrix. `unit` and `limits` are None for a category."""

    name: str
    unit: str | None = None
    limits: Limits | None = None
    nullable: bool = False
    categories: tuple[str, ...] = ()

    def describe(self) -> dict[str, object]:
        """The feature's entry in `features.json`."""
        return {
            "name": self.name,
            "dtype": "category" if self.categories else "float",
            "unit": self.unit,
            "min": self.limits.low if self.limits else None,
            "max": self.limits.high if self.limits else None,
            "nullable": self.nullable,
            "categories": list(self.categories) or None,
        }


FEATURES: tuple[Feature, ...] = (
    Feature("gender", categories=tuple(Gender)),
    Feature("age", "years", workouts.AGE),
    Feature("height_cm", "cm", workouts.HEIGHT_CM),
    Feature("weight_kg", "kg", workouts.WEIGHT_KG),
    Feature("duration_min", "min", workouts.DURATION_MIN),
    Feature("avg_hr", "beats/min", workouts.AVG_HR, nullable=True),
    Feature("speed_kmh", "km/h", workouts.SPEED_KMH, nullable=True),
    Feature("workout_type", categories=tuple(WorkoutType)),
)


_GENDER_CODE = {str(name): float(code) for code, name in enumerate(Gender)}
_TYPE_CODE = {str(name): float(code) for code, name in enumerate(WorkoutType)}


def feature_row(workout: Workout) -> list[float]:
    """The model's input for one workout, in the order of `FEATURES`.

    Speed is taken as sent, else from the distance, else missing.
    """
    speed = workout.speed_kmh
    if speed is None and workout.distance_km is not None:
        derived = workouts.speed_from_distance(workout.distance_km, workout.duration_min)
        speed = min(derived, workouts.SPEED_KMH.high)
    return [
        _GENDER_CODE[workout.gender],
        workout.age,
        workout.height_cm,
        workout.weight_kg,
        workout.duration_min,
        MISSING if workout.avg_hr is None else workout.avg_hr,
        MISSING if speed is None else speed,
        _TYPE_CODE[workout.workout_type],
    ]


def describe_features(features: Sequence[Feature] = FEATURES) -> list[dict[str, object]]:
    """The content of `features.json`."""
    return [feature.describe() for feature in features]
