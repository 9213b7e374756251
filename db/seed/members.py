"""The members of the club: bodies, habits, when they join and when they leave."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from db.seed.habits import POPULARITY, SLOTS
from fitburn import physiology
from fitburn.physiology import REST_ML_KG_MIN, Gender

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NAMES = {
    Gender.FEMALE: "Aisha Amara Anja Bea Carmen Clara Elena Greta Hana Ines Julia Leila Maja Mei Nadia Noor Paula Tara",
    Gender.MALE: "Adam Anders Bruno Chen Dario Emre Farid Igor Ivan Jonas Kofi Lars Luca Marco Ravi Samir Tomas Yusuf",
}
INITIALS = "ABCDEFGHIJKLMNOPRSTVWZ"

SINCE_LONG_SHARE = 0.6
"""Members who joined before the history begins; the others join during it."""
LOYAL_SHARE = 0.45
STAY_DAYS = 150.0
"""Mean stay of the other members."""
FADING_DAYS = 21.0
"""Members who leave come less and less during these days before."""

WEEKLY_RHYTHM = np.array([1.15, 1.10, 1.05, 1.0, 0.85, 0.8, 0.65])
"""Monday to Sunday, of the whole club."""
OFF_DAY = 0.2
"""Relative frequency of visits on a member's other weekdays."""


@dataclass(frozen=True, slots=True)
class Roster:
    """One entry per member in each array. Days count from the first day of the history."""

    names: list[str]
    genders: list[Gender]
    age: Integers
    """Years at the end of the history."""
    height_cm: Floats
    weight_kg: Floats
    resting_hr: Floats
    vo2max: Floats
    visits_a_week: Floats
    joined: Floats
    left: Floats
    weekdays: Floats
    """members × 7: relative frequency of visits, Monday first."""
    favourites: Integers
    """members × 3: indices into HABITS, most frequent first."""
    slot: Integers
    """Index into SLOTS: when they usually come."""
    wears_strap: Flags
    opted_out: Flags

    def __len__(self) -> int:
        return len(self.names)

    def attendance(self, first_day: date, days: int) -> npt.NDArray[np.float32]:
        """members × days: expected visits, up to a common factor."""
        day = np.arange(days, dtype=np.float32)
        fading = np.clip((self.left[:, None] - day) / FADING_DAYS, 0.0, 1.0)
        present = np.where(day >= self.joined[:, None], fading, 0.0)
        weekday = (first_day.weekday() + np.arange(days)) % 7
        rhythm = self.weekdays[:, weekday] * WEEKLY_RHYTHM[weekday]
        wanted: npt.NDArray[np.float32] = (self.visits_a_week[:, None] * rhythm * present).astype(np.float32)
        return wanted


def draw_members(rng: np.random.Generator, count: int, days: int) -> Roster:
    female = rng.random(count) < 0.5
    genders = [Gender.FEMALE if is_female else Gender.MALE for is_female in female]
    age = np.clip(rng.normal(37.0, 12.0, count), 16, 80).astype(int)
    height = np.round(rng.normal(np.where(female, 166.0, 179.0), 6.5))
    weight = np.round(np.clip(rng.normal(np.where(female, 23.8, 25.6), 3.2), 17.5, 42.0) * (height / 100) ** 2, 1)
    joined = np.where(rng.random(count) < SINCE_LONG_SHARE, 0.0, rng.uniform(0.0, days, count))
    stay = np.where(rng.random(count) < LOYAL_SHARE, np.inf, 14.0 + rng.exponential(STAY_DAYS, count))
    return Roster(
        names=_names(rng, genders),
        genders=genders,
        age=age,
        height_cm=height,
        weight_kg=weight,
        resting_hr=np.round(np.clip(rng.normal(64.0, 8.0, count), 44.0, 90.0)).astype(np.float64),
        vo2max=_vo2max(rng, genders, age, weight),
        visits_a_week=rng.gamma(3.0, 0.8, count),
        joined=joined,
        left=joined + stay,
        weekdays=np.where(rng.random((count, 7)) < 0.55, 1.0, OFF_DAY),
        favourites=_favourites(rng, count),
        slot=rng.choice(len(SLOTS), count, p=[slot.share for slot in SLOTS]),
        wears_strap=rng.random(count) < 0.85,
        opted_out=rng.random(count) < 0.03,
    )


def _names(rng: np.random.Generator, genders: list[Gender]) -> list[str]:
    pools = {gender: names.split() for gender, names in NAMES.items()}
    picks = rng.random((len(genders), 2))
    return [
        f"{pools[gender][int(first * len(pools[gender]))]} {INITIALS[int(last * len(INITIALS))]}."
        for gender, (first, last) in zip(genders, picks, strict=True)
    ]


def _vo2max(rng: np.random.Generator, genders: list[Gender], age: Integers, weight: Floats) -> Floats:
    """The norm of fitburn.physiology with its spread; people who train are a little fitter."""
    norm = [physiology.vo2max_norm(*body) for body in zip(genders, age.tolist(), weight.tolist(), strict=True)]
    return np.maximum(np.array(norm) + rng.normal(2.0, 5.0, len(genders)), 5.0 * REST_ML_KG_MIN)


def _favourites(rng: np.random.Generator, count: int) -> Integers:
    # The three largest of Gumbel-shifted logarithms are a draw without replacement by popularity.
    shifted = np.log(POPULARITY) + rng.gumbel(size=(count, len(POPULARITY)))
    return np.argsort(-shifted, axis=1)[:, :3]
