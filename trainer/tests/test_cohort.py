"""Invariants of the people and workouts from which the model learns."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from fitburn import physiology
from fitburn.features import FEATURES, Feature
from fitburn.physiology import Gender
from fitburn.workouts import WorkoutType
from trainer import heart_rate
from trainer.cohort import HIDDEN_HEART_RATE_SHARE, Cohort, draw_cohort
from trainer.pipeline import NAMES
from trainer.speed import PACES


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return draw_cohort(20_000, seed=1)


def test_the_same_seed_gives_the_same_cohort_and_another_seed_another() -> None:
    first, again, other = draw_cohort(500, 1), draw_cohort(500, 1), draw_cohort(500, 2)
    assert_array_equal(first.matrix, again.matrix)
    assert_array_equal(first.kcal, again.kcal)
    assert not np.array_equal(first.kcal, other.kcal)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_column_stays_within_its_limits(cohort: Cohort, feature: Feature) -> None:
    index = NAMES.index(feature.name)
    column = cohort.matrix[:, index]
    present = column[~np.isnan(column)]
    assert feature.nullable == (len(present) < len(column))
    if feature.limits is not None:
        assert present.min() >= feature.limits.low
        assert present.max() <= feature.limits.high
    else:
        assert set(present) == set(range(len(feature.categories)))


def test_energy_of_every_person_is_between_rest_and_the_aerobic_ceiling(cohort: Cohort) -> None:
    for row, kcal in zip(cohort.matrix.tolist(), cohort.kcal.tolist(), strict=True):
        code, age, height_cm, weight_kg, duration_min, *_ = row
        gender = list(Gender)[int(code)]
        rest = physiology.resting_kcal_per_minute(gender, age, height_cm, weight_kg)
        assert rest < kcal / duration_min < physiology.aerobic_ceiling_kcal_per_minute(gender, age, weight_kg)


def test_heart_rates_are_hidden_for_the_intended_share(cohort: Cohort) -> None:
    hidden = np.isnan(cohort.matrix[:, NAMES.index("avg_hr")]).mean()
    assert hidden == pytest.approx(HIDDEN_HEART_RATE_SHARE, abs=0.01)


def test_resistance_work_has_higher_heart_rates_at_the_same_energy(cohort: Cohort) -> None:
    kcal_min = cohort.kcal / cohort.matrix[:, NAMES.index("duration_min")]
    kind, beats = cohort.matrix[:, NAMES.index("workout_type")], cohort.matrix[:, NAMES.index("avg_hr")]
    moderate = (kcal_min > 5) & (kcal_min < 7) & cohort.core & ~np.isnan(beats)
    circuit, boxing = (kind == list(WorkoutType).index(t) for t in (WorkoutType.CIRCUIT, WorkoutType.BOXING))
    assert beats[moderate & circuit].mean() > beats[moderate & boxing].mean() + 5


def test_the_inverse_of_a_line_returns_the_heart_rate() -> None:
    female, age, weight = np.array([True, False]), np.array([30.0, 60.0]), np.array([60.0, 90.0])
    line = heart_rate.consensus(
        female, age, weight, np.array([38.0, 33.0]), np.array([65.0, 60.0]), np.array([187, 166.0])
    )
    beats = np.array([120.0, 140.0])
    assert_allclose(line.heart_rate(line.kcal_min(beats)), beats)


def test_published_equations_return_their_published_values() -> None:
    """Calculated by hand from Keytel 2005: a man and a woman of 30 years, 70 kg, at 150 beats, VO2max 45."""
    female, age, weight = np.array([False, True]), np.full(2, 30.0), np.full(2, 70.0)
    beats = np.full(2, 150.0)
    plain = heart_rate.keytel(female, age, weight).kcal_min(beats) * heart_rate.KJ_PER_KCAL
    assert_allclose(plain, [59.5051, 40.0568])
    fitness = heart_rate.keytel_vo2max(female, age, weight, np.full(2, 45.0)).kcal_min(beats) * heart_rate.KJ_PER_KCAL
    assert_allclose(fitness, [53.2165, 40.6346])


def test_keytel_is_weighted_only_for_people_like_those_it_was_fitted_to() -> None:
    trust = heart_rate.keytel_trust(np.array([30.0, 75.0, 30.0, 12.0]), np.array([70.0, 70.0, 180.0, 40.0]))
    assert trust[0] == 1.0
    assert trust[1] == trust[2] == 0.0
    assert 0.0 < trust[3] < 0.5


@pytest.mark.parametrize("workout_type", PACES)
def test_speed_rises_with_energy(workout_type: WorkoutType) -> None:
    pace = PACES[workout_type]
    assert len(pace.speeds_kmh) == len(pace.mets)
    assert np.all(np.diff(pace.speeds_kmh) > 0)
    assert np.all(np.diff(pace.mets) > 0)
