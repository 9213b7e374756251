"""Invariants of the committed model for every accepted workout."""

import itertools

import joblib
import numpy as np
import pytest
from chance import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import quickest

from fitburn import physiology, workouts
from fitburn.physiology import Gender
from fitburn.workouts import INTENSITY, Limits, WorkoutType
from trainer import artefacts
from trainer.arrays import Floats
from trainer.golden import EXAMPLES, Example
from trainer.pipeline import Predictor
from trainer.tests.examples import ANY, USUAL, between, rows, sweep

RUNNER = Example(Gender.MALE, 30, 180, 80, WorkoutType.RUNNING, 60)


@given(workout=ANY)
def test_every_admissible_workout_burns_a_finite_positive_amount(model: Predictor, workout: Example) -> None:
    kcal = model.predict(rows(workout))
    assert kcal.shape == (1,)
    assert kcal.dtype == np.float64
    assert np.isfinite(kcal[0])
    assert kcal[0] > 0


@given(workout=USUAL)
@settings(max_examples=examples(500))
def test_energy_stays_between_rest_and_the_aerobic_ceiling(model: Predictor, workout: Example) -> None:
    assert_within_body_limits(model, [workout])


@given(workout=ANY)
def test_the_limits_of_the_body_hold_for_unusual_people_too(model: Predictor, workout: Example) -> None:
    assert_within_body_limits(model, [workout])


@pytest.mark.parametrize("gender", Gender)
def test_the_limits_of_the_body_hold_for_every_type_at_the_corners(model: Predictor, gender: Gender) -> None:
    signals = [(None, None), (None, 0.1), (None, 80.0), (40.0, None), (40.0, 0.1), (130.0, None), (220.0, 80.0)]
    people = itertools.product((16, 30, 48, 64, 80), (140, 210), (35, 60, 90, 130, 200), (5, 180))
    corners = [
        Example(gender, age, height, weight, workout_type, minutes, heart_rate, speed)
        for (age, height, weight, minutes), workout_type in itertools.product(people, WorkoutType)
        for heart_rate, speed in signals
    ]
    assert_within_body_limits(model, corners)


def assert_within_body_limits(model: Predictor, examples: list[Example]) -> None:
    kcal = model.predict(rows(*examples))
    rest = [
        physiology.resting_kcal_per_minute(e.gender, e.age, e.height_cm, e.weight_kg) * e.duration_min for e in examples
    ]
    ceiling = [
        physiology.aerobic_ceiling_kcal_per_minute(e.gender, e.age, e.weight_kg) * e.duration_min for e in examples
    ]
    assert np.all(kcal > 1.05 * np.array(rest))
    assert np.all(kcal < 0.98 * np.array(ceiling))


@given(workout=ANY, factor=st.floats(0.1, 10.0))
def test_energy_is_in_proportion_to_time(model: Predictor, workout: Example, factor: float) -> None:
    longer = workout._replace(duration_min=workout.duration_min * factor)
    short_kcal, long_kcal = model.predict(rows(workout, longer))
    assert long_kcal == pytest.approx(factor * short_kcal, rel=1e-6)


@given(workout=ANY)
def test_energy_never_falls_when_heart_rate_rises(model: Predictor, workout: Example) -> None:
    assert_never_falls(model, sweep(workout, "avg_hr", workouts.AVG_HR, 421))


@given(workout=ANY)
def test_energy_never_falls_when_speed_rises(model: Predictor, workout: Example) -> None:
    assert_never_falls(model, sweep(workout, "speed_kmh", workouts.SPEED_KMH))


@given(workout=ANY)
def test_energy_never_falls_when_duration_rises(model: Predictor, workout: Example) -> None:
    assert_never_falls(model, sweep(workout, "duration_min", workouts.DURATION_MIN))


@given(workout=ANY)
def test_energy_never_falls_when_weight_rises(model: Predictor, workout: Example) -> None:
    assert_never_falls(model, sweep(workout, "weight_kg", workouts.WEIGHT_KG, 276))


def assert_never_falls(model: Predictor, matrix: Floats) -> None:
    kcal = model.predict(matrix)
    assert np.all(np.diff(kcal) >= -1e-9 * kcal[1:])


@given(
    age=between(Limits(18, 60)),
    weight_kg=between(Limits(50, 110)),
    gender=st.sampled_from(Gender),
    avg_hr=between(Limits(110, 150)),
)
def test_ten_beats_more_burn_more(
    model: Predictor, age: float, weight_kg: float, gender: Gender, avg_hr: float
) -> None:
    workout = RUNNER._replace(gender=gender, age=age, weight_kg=weight_kg, avg_hr=avg_hr)
    calm, brisk = model.predict(rows(workout, workout._replace(avg_hr=avg_hr + 10)))
    assert brisk > 1.01 * calm


@pytest.mark.parametrize("workout_type", WorkoutType)
def test_without_a_watch_energy_is_within_the_types_mets(model: Predictor, workout_type: WorkoutType) -> None:
    kcal_min = model.predict(rows(RUNNER._replace(workout_type=workout_type)))[0] / RUNNER.duration_min
    lightest = physiology.met_kcal_per_minute(INTENSITY[workout_type].met_low, RUNNER.weight_kg)
    hardest = physiology.met_kcal_per_minute(INTENSITY[workout_type].met_high, RUNNER.weight_kg)
    assert 0.8 * lightest < kcal_min < hardest


@pytest.mark.parametrize(("speed_kmh", "met"), [(8.0, 8.5), (10.0, 9.3), (12.0, 11.8)])
def test_a_runner_with_known_speed_burns_about_what_the_compendium_lists(
    model: Predictor, speed_kmh: float, met: float
) -> None:
    kcal = model.predict(rows(RUNNER._replace(speed_kmh=speed_kmh)))[0]
    expected = physiology.met_kcal_per_minute(met, RUNNER.weight_kg) * RUNNER.duration_min
    assert kcal == pytest.approx(expected, rel=0.15)


def test_rows_are_scored_independently_of_their_neighbours(model: Predictor) -> None:
    together = model.predict(rows(*EXAMPLES))
    alone = np.concatenate([model.predict(rows(example)) for example in EXAMPLES])
    assert together.tolist() == pytest.approx(alone.tolist(), rel=1e-12)


def test_sixty_four_rows_are_scored_in_ten_milliseconds_on_one_core(model: Predictor) -> None:
    matrix = rows(*itertools.islice(itertools.cycle(EXAMPLES), 64))
    assert quickest(lambda: model.predict(matrix), times=50) <= 0.010


def test_the_artefact_loads_in_a_second() -> None:
    assert quickest(lambda: joblib.load(artefacts.MODELS / artefacts.MODEL)) < 1.0
