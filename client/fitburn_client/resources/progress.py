"""Levels and streaks."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of the ladder and the lifetime points that it takes."""

    number: int
    points: int
    title_en: str
    title_ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A member's level and streak. On the last level there is no next one; without a streak nothing can break."""

    user_id: str
    lifetime_points: int
    level: Level
    streak_weeks: int
    longest_streak_weeks: int
    week_starts_on: date
    week_workouts: int
    week_target: int
    freezes_left: int
    next_level: Level | None = None
    points_to_next_level: int | None = None
    breaks_on: date | None = None
    days_until_break: int | None = None


@dataclass(frozen=True, slots=True)
class WeeklyTarget:
    """Workouts that a week takes to count for a streak, now and from the next week on."""

    workouts: int
    next_workouts: int
    next_week_starts_on: date
