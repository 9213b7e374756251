"""How members do each type of workout, and when in the day they come."""

from dataclasses import dataclass

import numpy as np

from fitburn.workouts import WorkoutType


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a type is chosen, its usual minutes, and km/h at least and most effort if it covers a distance."""

    workout_type: WorkoutType
    popularity: float
    minutes: tuple[float, float]
    speed_kmh: tuple[float, float] | None = None


HABITS = (
    Habit(WorkoutType.RUNNING, 16, (20, 65), (7.0, 14.5)),
    Habit(WorkoutType.STRENGTH, 20, (30, 80)),
    Habit(WorkoutType.WALKING, 6, (25, 80), (4.0, 6.8)),
    Habit(WorkoutType.CYCLING, 7, (30, 100), (15.0, 32.0)),
    Habit(WorkoutType.SPINNING, 8, (40, 60)),
    Habit(WorkoutType.ELLIPTICAL, 6, (20, 50)),
    Habit(WorkoutType.ROWING, 5, (15, 45)),
    Habit(WorkoutType.STAIRS, 2, (10, 35)),
    Habit(WorkoutType.SWIMMING, 5, (25, 60)),
    Habit(WorkoutType.HIIT, 7, (20, 40)),
    Habit(WorkoutType.CIRCUIT, 5, (30, 55)),
    Habit(WorkoutType.KETTLEBELL, 2, (15, 40)),
    Habit(WorkoutType.BOXING, 4, (40, 75)),
    Habit(WorkoutType.JUMP_ROPE, 1, (5, 25)),
    Habit(WorkoutType.DANCE, 4, (45, 60)),
    Habit(WorkoutType.YOGA, 9, (45, 90)),
    Habit(WorkoutType.PILATES, 5, (45, 60)),
)

POPULARITY = np.array([habit.popularity for habit in HABITS], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Slot:
    """A popular time of the day: its middle in hours, and the share of members who prefer it."""

    middle: float
    share: float


SLOTS = (Slot(7.0, 0.22), Slot(9.5, 0.10), Slot(12.3, 0.13), Slot(17.8, 0.33), Slot(19.4, 0.22))
WEEKEND_SLOTS = (Slot(9.6, 0.4), Slot(11.3, 0.35), Slot(16.5, 0.25))
SLOT_SPREAD_HOURS = 0.6
OPENS, CLOSES = 5.5, 21.75
"""Starts of workouts, hours of the local day."""
