"""The members of the demo's club, drawn from SEED and their names: body, habits, favourite workouts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

SEED = 2026
GUEST = "Sam"
WOMEN = "Aisha Amara Anja Bea Carmen Clara Elena Greta Hana Ines Julia Leila Maja Mei Mina Nadia Noor Paula Rosa Tara"
MEN = "Adam Anders Bruno Chen Dario Emre Farid Igor Ivan Jonas Kofi Lars Luca Marco Oscar Ravi Samir Tomas Victor Yusuf"


@dataclass(frozen=True, slots=True)
class Habit:
    """A typical workout of a type: minutes, share of the heart-rate reserve, and km/h if it covers a distance."""

    minutes: tuple[int, int]
    effort: tuple[float, float]
    speed_kmh: tuple[float, float] | None = None


HABITS = {
    "running": Habit((25, 60), (0.60, 0.82), (8.0, 12.5)),
    "walking": Habit((30, 75), (0.28, 0.42), (4.5, 6.2)),
    "cycling": Habit((40, 80), (0.50, 0.72), (18.0, 28.0)),
    "spinning": Habit((40, 50), (0.60, 0.80)),
    "rowing": Habit((20, 40), (0.55, 0.76)),
    "swimming": Habit((25, 50), (0.50, 0.72)),
    "strength": Habit((35, 65), (0.35, 0.55)),
    "hiit": Habit((20, 35), (0.66, 0.84)),
    "yoga": Habit((45, 75), (0.16, 0.30)),
    "pilates": Habit((45, 55), (0.20, 0.32)),
    "dance": Habit((45, 60), (0.46, 0.66)),
    "boxing": Habit((40, 60), (0.58, 0.78)),
}
START_HOURS = {"early": (6, 7), "lunch": (11, 12), "evening": (17, 20)}


@dataclass(frozen=True, slots=True)
class Member:
    """A fictitious person and their habits."""

    name: str
    gender: str
    age: int
    height_cm: int
    weight_kg: float
    resting_hr: float
    favourites: Sequence[str]
    weekdays: frozenset[int]
    start_hours: tuple[int, int]
    wears_strap: bool

    @property
    def user_id(self) -> str:
        return f"demo-{self.name.lower()}"

    def heart_rate(self, effort: float) -> float:
        """Beats per minute at a share of the heart-rate reserve (Karvonen; highest rate after Tanaka 2001)."""
        highest = 208.0 - 0.7 * self.age
        return round(self.resting_hr + effort * (highest - self.resting_hr))


def club() -> list[Member]:
    """All members, sorted by name."""
    named = [(name, "Female") for name in WOMEN.split()] + [(name, "Male") for name in MEN.split()]
    return [_member(name, gender) for name, gender in sorted(named)]


def guest() -> Member:
    """Body and habits of the member whose account is printed."""
    return replace(_member(GUEST, "Female"), weekdays=frozenset(range(7)) - {2, 6}, wears_strap=True)


def _member(name: str, gender: str) -> Member:
    draw = random.Random(f"{SEED}/{name}")
    age = round(min(72, max(18, draw.gauss(38, 13))))
    height = round(draw.gauss(178, 7) if gender == "Male" else draw.gauss(166, 6))
    build = min(32.0, max(19.0, draw.gauss(25.0, 3.0) - (1.0 if gender == "Female" else 0.0)))
    times_a_week = draw.choices((2, 3, 4, 5, 6), weights=(2, 4, 5, 4, 2))[0]
    return Member(
        name=name,
        gender=gender,
        age=age,
        height_cm=height,
        weight_kg=round(build * (height / 100) ** 2, 1),
        resting_hr=round(draw.uniform(50, 72)),
        favourites=draw.sample(sorted(HABITS), 3),
        weekdays=frozenset(draw.sample(range(7), times_a_week)),
        start_hours=draw.choice(sorted(START_HOURS.values())),
        wears_strap=draw.random() < 0.9,
    )
