"""The people of the cohort: their bodies, aerobic capacity and heart rates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fitburn import physiology, workouts
from fitburn.physiology import REST_ML_KG_MIN, Gender
from fitburn.workouts import Limits
from trainer.arrays import Flags, Floats

BROAD_SHARE = 0.4
"""Share of people drawn uniformly from all that the API accepts, so that the model never extrapolates."""

STANDING_ML_KG_MIN = 0.3 * REST_ML_KG_MIN
"""Oxygen uptake of quiet standing above rest (2024 Compendium: 1.3 METs)."""

GENDER_CODE = {gender: float(code) for code, gender in enumerate(Gender)}
"""Codes of the genders in the model's matrix."""

VO2MAX_SD_ML_KG_MIN = 6.0
"""Standard deviation between people of one sex, age and weight (Myers 2017)."""

MOST_SD = 1.8
"""The most standard deviations by which a person in the cohort is fitter than the norm: within the aerobic ceiling."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The profile of each person."""

    female: Flags
    age: Floats
    height_cm: Floats
    weight_kg: Floats
    core: Flags
    """Whether the person is a typical member of a gym, not drawn uniformly."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Oxygen uptake of each body, ml/kg/min: at standing, and the norm of VO2max with its standard deviation."""

    standing: Floats
    vo2max_norm: Floats
    vo2max_sd: Floats

    def vo2max(self, deviations: Floats | float) -> Floats:
        """VO2max of people who are `deviations` SD fitter than the norm; always well above standing."""
        return np.maximum(self.vo2max_norm + deviations * self.vo2max_sd, 1.6 * self.standing)


@dataclass(frozen=True, slots=True)
class Hearts:
    """Beats per minute of each person at rest, upright without work, and at the maximum."""

    rest: Floats
    upright: Floats
    most: Floats


def draw_bodies(rng: np.random.Generator, n: int) -> Bodies:
    female, core = rng.random(n) < 0.5, rng.random(n) >= BROAD_SHARE
    height = rng.normal(np.where(female, 165.0, 178.0), 7.0)
    weight = rng.lognormal(np.log(24.8), 0.17, n) * (height / 100.0) ** 2
    return Bodies(
        female,
        np.where(core, np.clip(rng.normal(36.0, 13.0, n), 14.0, 85.0), _uniform(rng, workouts.AGE, n)),
        np.where(core, height, _uniform(rng, workouts.HEIGHT_CM, n)),
        np.where(core, np.clip(weight, 30.0, 250.0), np.exp(_uniform(rng, _logarithms(workouts.WEIGHT_KG), n))),
        core,
    )


def capacity(female: Flags, age: Floats, height_cm: Floats, weight_kg: Floats) -> Capacity:
    """Aerobic capacity by published norms; the SD shrinks with a small norm."""
    gender = [Gender.FEMALE if is_female else Gender.MALE for is_female in female]
    ages, weights = age.tolist(), weight_kg.tolist()
    resting_kcal = _each(physiology.resting_kcal_per_minute, gender, ages, height_cm.tolist(), weights)
    norm = _each(physiology.vo2max_norm, gender, ages, weights)
    return Capacity(
        resting_kcal * 200.0 / weight_kg + STANDING_ML_KG_MIN,
        norm,
        VO2MAX_SD_ML_KG_MIN * np.clip(norm / 40.0, 0.3, 1.0),
    )


def draw_vo2max(rng: np.random.Generator, bodies: Bodies, able: Capacity) -> Floats:
    """Each person's VO2max, ml/kg/min. Among people drawn uniformly, all degrees of fitness are equally frequent."""
    n = len(bodies.age)
    usual = np.clip(rng.normal(0.0, 1.0, n), -MOST_SD, MOST_SD)
    return able.vo2max(np.where(bodies.core, usual, rng.uniform(-MOST_SD, MOST_SD, n)))


def draw_hearts(rng: np.random.Generator, bodies: Bodies) -> Hearts:
    n = len(bodies.age)
    rest = np.clip(rng.normal(np.where(bodies.female, 68.0, 63.0), 9.0), 42.0, 95.0)
    # Ceesay 1989: below 96 (SD 6) beats for women and 86 (SD 10) for men the heart rate does not indicate energy.
    flex = np.where(bodies.female, rng.normal(96.0, 6.0, n), rng.normal(86.0, 10.0, n))
    most = _each(physiology.hr_max, bodies.age.tolist()) + rng.normal(0.0, 7.0, n)
    return Hearts(rest, np.maximum(flex, rest + 5.0), most)


def _uniform(rng: np.random.Generator, limits: Limits, n: int) -> Floats:
    return rng.uniform(limits.low, limits.high, n)


def _logarithms(limits: Limits) -> Limits:
    return Limits(float(np.log(limits.low)), float(np.log(limits.high)))


def _each(rule: Callable[..., float], *columns: Sequence[object]) -> Floats:
    """Apply a scalar rule of `fitburn` to every person, so that the rule has one home."""
    return np.array([rule(*values) for values in zip(*columns, strict=True)], dtype=np.float64)
