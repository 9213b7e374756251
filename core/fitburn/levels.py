"""Levels: what a member has earned since the first day, on a ladder that everybody can read.

Lifetime points are what the club has issued to the member, less what it took back because it had not been earned after
all. Spending, expiry and manual adjustments change what can be spent, not what was done: no level is lost by them.
"""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A rung: its number from 1, the lifetime points that it takes, and its name."""

    number: int
    points: int
    title_en: str
    title_ru: str


# About 100 points a week is a member who comes three times: a month, half a year, a year, two, five.
LADDER = (
    Level(1, 0, "Newcomer", "Новичок"),
    Level(2, 100, "Starter", "Первые шаги"),
    Level(3, 300, "Regular", "Завсегдатай"),
    Level(4, 700, "Steady", "В ритме"),
    Level(5, 1_500, "Strong", "Крепкий"),
    Level(6, 3_000, "Tireless", "Неутомимый"),
    Level(7, 6_000, "Iron", "Железный"),
    Level(8, 12_000, "Master", "Мастер"),
    Level(9, 24_000, "Champion", "Чемпион"),
    Level(10, 48_000, "Legend", "Легенда"),
)
_RUNGS = [level.points for level in LADDER]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where lifetime points lead: the level, and the next one unless it is the last."""

    level: Level
    next: Level | None
    points_to_next: int | None


def standing(lifetime_points: int) -> Standing:
    """The highest level that the points reach; the first one for less than nothing."""
    reached = max(1, bisect_right(_RUNGS, lifetime_points))
    level = LADDER[reached - 1]
    following = LADDER[reached] if reached < len(LADDER) else None
    return Standing(level, following, following.points - lifetime_points if following else None)
