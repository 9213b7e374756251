"""What a member has done: day by day, and at best."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A day with workouts. `calories` (gross kcal) and `points` are of those that were scored."""

    day: date
    workouts_cnt: int
    minutes: float
    calories: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDays:
    """Days with workouts from `first_day` to `last_day`, earliest first."""

    first_day: date
    last_day: date
    items: tuple[OwnDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """A personal best in the unit of the field that holds it, and the workout that set it first."""

    value: float
    workout_id: str
    local_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeBests:
    """Bests in single workouts of a type; None where nothing was measured."""

    workout_type: str
    duration_min: Best | None = None
    distance_km: Best | None = None
    speed_kmh: Best | None = None
    calories_pred: Best | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BestTime:
    """The day or week (from Monday) with the most calories."""

    first_day: date
    workouts_cnt: int
    minutes: float
    calories: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bests:
    """Personal bests by type, and the best day and week. What is held for review does not count."""

    items: tuple[TypeBests, ...]
    best_day: BestTime | None = None
    best_week: BestTime | None = None
