"""Draws the training set: people, their workouts, and what their watches would have shown.

No measured calories may be distributed, so the set follows published physiology. Each row starts from the true oxygen
uptake of a workout; heart rate and speed are derived from it with the differences between people, then partly hidden.
The reasons are in docs/decisions/0002-how-the-model-is-made.md.
"""

from dataclasses import dataclass

import numpy as np

from fitburn import workouts
from fitburn.features import FEATURES
from fitburn.physiology import REST_ML_KG_MIN, Gender
from fitburn.workouts import INTENSITY, WorkoutType
from trainer import heart_rate
from trainer.arrays import Flags, Floats, Ints
from trainer.people import GENDER_CODE, Bodies, Hearts, capacity, draw_bodies, draw_hearts, draw_vo2max
from trainer.speed import PACES

GENERATOR = "trainer.cohort 1"
"""Name and revision of this generator. Raise the number when the drawn rows change."""

UNTYPICAL_SHARE = 0.1
"""Share of workouts whose intensity does not fit their type: people mislabel workouts."""

STEADY_SHARE = 0.5
"""Share of workouts without a pause; the others pause for 40 % of their time on average."""

HIDDEN_HEART_RATE_SHARE = 0.3
HIDDEN_SPEED_SHARE = 0.5
STRAY_SPEED_SHARE = 0.1
"""Share of workouts that have a speed although their type has no pace; it is unrelated to energy."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """`matrix` in the order of `fitburn.features.FEATURES`, NaN where hidden; `kcal` the gross energy of the workout.

    `core` marks the rows of a gym's usual members.
    """

    matrix: Floats
    kcal: Floats
    core: Flags


@dataclass(frozen=True, slots=True)
class Efforts:
    """Each person's workout: type as an index, oxygen uptake at work in ml/kg/min, share of the time spent at work."""

    kind: Ints
    vo2: Floats
    share: Floats


def draw_cohort(n: int, seed: int) -> Cohort:
    """`n` workouts of `n` people. Deterministic."""
    rng = np.random.default_rng(seed)
    bodies = draw_bodies(rng, n)
    able = capacity(bodies.female, bodies.age, bodies.height_cm, bodies.weight_kg)
    vo2max, hearts = draw_vo2max(rng, bodies, able), draw_hearts(rng, bodies)
    efforts = _draw_efforts(rng, vo2max, able.standing)
    vo2_pause = np.minimum(rng.uniform(1.3, 2.5, n) * REST_ML_KG_MIN, efforts.vo2)
    vo2 = np.maximum(efforts.share * efforts.vo2 + (1.0 - efforts.share) * vo2_pause, able.standing)
    duration = np.clip(rng.lognormal(np.log(40.0), 0.8, n), workouts.DURATION_MIN.low, workouts.DURATION_MIN.high)
    columns = {
        "gender": np.where(bodies.female, GENDER_CODE[Gender.FEMALE], GENDER_CODE[Gender.MALE]),
        "age": bodies.age,
        "height_cm": bodies.height_cm,
        "weight_kg": bodies.weight_kg,
        "duration_min": duration,
        "avg_hr": _hidden(rng, HIDDEN_HEART_RATE_SHARE, _heart_rate(rng, bodies, vo2max, hearts, efforts)),
        "speed_kmh": _hidden(rng, HIDDEN_SPEED_SHARE, _speed(rng, efforts)),
        "workout_type": efforts.kind.astype(float),
    }
    matrix = np.column_stack([columns[feature.name] for feature in FEATURES])
    return Cohort(matrix, vo2 * bodies.weight_kg / 200.0 * duration, bodies.core)


def _draw_efforts(rng: np.random.Generator, vo2max: Floats, standing: Floats) -> Efforts:
    """Uniform over the type's METs, up to 80-100 % of the person's VO2max.

    Uniform, not bell-shaped: the model must learn energy from the heart rate, not from what is usual.
    """
    n = len(vo2max)
    # Types with a pace have one more relation to learn, so they are drawn twice as often.
    weights = np.array([2.0 if workout_type in PACES else 1.0 for workout_type in WorkoutType])
    kind = rng.choice(len(WorkoutType), n, p=weights / weights.sum())
    untypical = rng.random(n) < UNTYPICAL_SHARE
    low = np.where(untypical, 1.8, np.array([INTENSITY[t].met_low for t in WorkoutType])[kind])
    high = np.where(untypical, 16.0, np.array([INTENSITY[t].met_high for t in WorkoutType])[kind])
    high = np.minimum(high, rng.uniform(0.8, 1.0, n) * vo2max / REST_ML_KG_MIN)
    met = rng.uniform(np.minimum(low, 0.8 * high), high)
    share = np.where(rng.random(n) < STEADY_SHARE, 1.0, rng.beta(3.0, 2.0, n))
    return Efforts(kind, np.maximum(met * REST_ML_KG_MIN, standing), share)


def _heart_rate(rng: np.random.Generator, bodies: Bodies, vo2max: Floats, hearts: Hearts, efforts: Efforts) -> Floats:
    """Mean heart rate of the whole workout, pauses included.

    In a pause the heart slows down later than oxygen uptake falls, and only to its upright rate, so the mean suggests
    more energy than was burnt. In resistance work it beats faster than oxygen uptake explains.
    """
    n = len(vo2max)
    line = heart_rate.consensus(bodies.female, bodies.age, bodies.weight_kg, vo2max, hearts.rest, hearts.most)
    resistance = np.array([INTENSITY[t].resistance for t in WorkoutType])[efforts.kind]
    pressed = np.where(resistance, rng.uniform(5.0, 25.0, n), 0.0)
    at_work = np.clip(line.heart_rate(efforts.vo2 * bodies.weight_kg / 200.0) + pressed, hearts.rest, hearts.most)
    still_raised = rng.uniform(0.1, 0.5, n) * np.maximum(at_work - hearts.upright, 0.0)
    in_pause = np.minimum(hearts.upright + still_raised, at_work)
    return np.asarray(efforts.share * at_work + (1.0 - efforts.share) * in_pause, dtype=np.float64)


def _speed(rng: np.random.Generator, efforts: Efforts) -> Floats:
    """Distance over the whole time, km/h; NaN for most workouts of a type without a pace."""
    n = len(efforts.vo2)
    speed = np.where(rng.random(n) < STRAY_SPEED_SHARE, rng.uniform(0.0, 40.0, n), np.nan)
    for code, workout_type in enumerate(WorkoutType):
        pace = PACES.get(workout_type)
        if pace is not None:
            own = pace.speed_kmh(efforts.vo2 / REST_ML_KG_MIN) * rng.lognormal(0.0, pace.spread, n)
            speed = np.where(efforts.kind == code, own * efforts.share, speed)
    return np.minimum(speed, workouts.SPEED_KMH.high)


def _hidden(rng: np.random.Generator, share: float, column: Floats) -> Floats:
    return np.where(rng.random(len(column)) < share, np.nan, column)
