"""Levels: a public ladder of lifetime points.

Lifetime points are what the club has issued to the member, less reversals of awards. Spending, expiry and manual
adjustments change the balance, not lifetime points, so no level is lost by them.
"""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A rung: its number from 1, the lifetime points that it requires, and its name."""

    number: int
    points: int
    title_en: str
    title_ru: str


# A member who works out three times a week earns about 100 points: the upper rungs take a month, half a year, one, two
# and five years.
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
    """The level of lifetime points, and the next one; both `next` and `points_to_next` are None on the last rung."""

    level: Level
    next: Level | None
    points_to_next: int | None


def standing(lifetime_points: int) -> Standing:
    """The highest level that the points reach; the first one if they are negative."""
    reached = max(1, bisect_right(_RUNGS, lifetime_points))
    level = LADDER[reached - 1]
    following = LADDER[reached] if reached < len(LADDER) else None
    return Standing(level, following, following.points - lifetime_points if following else None)
