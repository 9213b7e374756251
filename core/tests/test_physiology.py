import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import within

from fitburn import workouts
from fitburn.physiology import (
    Gender,
    aerobic_ceiling_kcal_per_minute,
    hr_max,
    met_kcal_per_minute,
    resting_kcal_per_minute,
    vo2max_norm,
)

gender = st.sampled_from(Gender)


def test_vo2max_norm_is_myers_2017_for_usual_weights() -> None:
    # 79.9 - 0.39 * age - 13.7 (women) - 0.127 * pounds
    assert vo2max_norm(Gender.MALE, 40, 80) == pytest.approx(79.9 - 15.6 - 0.127 * 176.37, abs=0.01)
    assert vo2max_norm(Gender.FEMALE, 40, 60) == pytest.approx(79.9 - 15.6 - 13.7 - 0.127 * 132.28, abs=0.01)


def test_known_values() -> None:
    assert hr_max(40) == 180
    assert met_kcal_per_minute(8.5, 70) == pytest.approx(10.4125)
    assert resting_kcal_per_minute(Gender.MALE, 30, 180, 80) == pytest.approx(1780 / 1440)


@given(gender, within(workouts.AGE), within(workouts.WEIGHT_KG), st.floats(0, 50))
def test_more_body_never_lowers_the_absolute_ceiling(sex, age, weight, more) -> None:
    lighter = aerobic_ceiling_kcal_per_minute(sex, age, weight)
    assert aerobic_ceiling_kcal_per_minute(sex, age, weight + more) >= lighter * (1 - 1e-12)


@given(gender, within(workouts.AGE), within(workouts.WEIGHT_KG))
def test_the_norm_is_positive_for_everybody(sex, age, weight) -> None:
    assert vo2max_norm(sex, age, weight) > 0
