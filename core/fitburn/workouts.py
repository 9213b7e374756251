"""Workout types, and limits of a workout's values.

MET ranges are from the 2024 Adult Compendium of Physical Activities: the lightest and the hardest form in which
members do the type in a gym or outdoors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class WorkoutType(StrEnum):
    WALKING = "walking"
    RUNNING = "running"
    CYCLING = "cycling"
    SPINNING = "spinning"
    ELLIPTICAL = "elliptical"
    ROWING = "rowing"
    STAIRS = "stairs"
    SWIMMING = "swimming"
    HIIT = "hiit"
    CIRCUIT = "circuit"
    STRENGTH = "strength"
    KETTLEBELL = "kettlebell"
    BOXING = "boxing"
    JUMP_ROPE = "jump_rope"
    DANCE = "dance"
    YOGA = "yoga"
    PILATES = "pilates"


@dataclass(frozen=True, slots=True)
class Intensity:
    """Gross METs of the lightest and the hardest usual form, and whether the type is resistance work.

    In resistance work the heart beats faster than oxygen uptake alone explains.
    """

    met_low: float
    met_high: float
    resistance: bool = False


INTENSITY: Mapping[WorkoutType, Intensity] = MappingProxyType(
    {
        WorkoutType.WALKING: Intensity(2.8, 7.0),
        WorkoutType.RUNNING: Intensity(6.0, 16.0),
        WorkoutType.CYCLING: Intensity(4.0, 14.0),
        WorkoutType.SPINNING: Intensity(5.0, 12.0),
        WorkoutType.ELLIPTICAL: Intensity(5.0, 9.0),
        WorkoutType.ROWING: Intensity(5.0, 11.0),
        WorkoutType.STAIRS: Intensity(4.0, 11.0),
        WorkoutType.SWIMMING: Intensity(5.0, 11.0),
        WorkoutType.HIIT: Intensity(5.0, 12.0),
        WorkoutType.CIRCUIT: Intensity(4.0, 9.0, resistance=True),
        WorkoutType.STRENGTH: Intensity(3.0, 7.0, resistance=True),
        WorkoutType.KETTLEBELL: Intensity(6.0, 11.0, resistance=True),
        WorkoutType.BOXING: Intensity(5.0, 11.0),
        WorkoutType.JUMP_ROPE: Intensity(8.0, 12.5),
        WorkoutType.DANCE: Intensity(4.0, 8.5),
        WorkoutType.YOGA: Intensity(2.0, 4.5),
        WorkoutType.PILATES: Intensity(2.3, 4.5),
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Closed interval of accepted values, in the unit of the field's name."""

    low: float
    high: float


# Values that the API accepts. The model is trained and evaluated over these whole ranges.
AGE = Limits(10, 100)
HEIGHT_CM = Limits(100, 250)
WEIGHT_KG = Limits(25, 300)
DURATION_MIN = Limits(1, 600)
DISTANCE_KM = Limits(0, 500)
AVG_HR = Limits(30, 240)
SPEED_KMH = Limits(0, 80)
CALORIES_MEASURED = Limits(0, 20_000)


MEASURES = ("duration_min", "distance_km", "avg_hr", "speed_kmh", "calories_measured")
"""Numbers that a workout carries, by column."""
CONTENT_COLUMNS = ("ts", "workout_type", *MEASURES)
"""Columns of `workouts` that say what was done and what was measured: every query that copies a workout reads them."""
SNAPSHOT_COLUMNS = ("gender", "age", "height_cm", "weight_kg")
"""Columns of `workouts` with the member's profile as it was."""


class Workout(Protocol):
    """A finished workout with a snapshot of the member's profile: the input of scoring, plausibility and points."""

    @property
    def ts(self) -> datetime: ...
    @property
    def workout_type(self) -> str: ...
    @property
    def duration_min(self) -> float: ...
    @property
    def distance_km(self) -> float | None: ...
    @property
    def avg_hr(self) -> float | None: ...
    @property
    def speed_kmh(self) -> float | None: ...
    @property
    def gender(self) -> str: ...
    @property
    def age(self) -> float: ...
    @property
    def height_cm(self) -> float: ...
    @property
    def weight_kg(self) -> float: ...


def speed_from_distance(distance_km: float, duration_min: float) -> float:
    """Mean speed in km/h."""
    return distance_km * 60.0 / duration_min
