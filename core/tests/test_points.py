from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import plain, workout

from fitburn import points
from fitburn.physiology import Gender, aerobic_ceiling_kcal_per_minute, met_kcal_per_minute
from fitburn.points import DAILY_MINUTES, DAILY_POINTS, DAILY_WORKOUTS, DayUsage, Reason, award
from fitburn.workouts import INTENSITY, WorkoutType

calories = st.floats(1, 20_000)
usage = st.builds(
    DayUsage,
    points=st.integers(0, DAILY_POINTS),
    workouts=st.integers(0, DAILY_WORKOUTS),
    minutes=st.floats(0, DAILY_MINUTES),
)


def test_ten_credited_kcal_are_a_point() -> None:
    assert award(plain(), 419.9, DayUsage()) == points.Award(41, 419.9, 35.0, [])


def test_without_heart_rate_half_the_points() -> None:
    result = award(plain(avg_hr=None), 419.9, DayUsage())
    assert result.points == 20
    assert result.reasons == [Reason.NO_HEART_RATE]


def test_no_type_earns_more_than_its_hardest_form() -> None:
    result = award(plain(workout_type=WorkoutType.YOGA, duration_min=60), 2000, DayUsage())
    assert result.credited_kcal == pytest.approx(60 * met_kcal_per_minute(4.5 * 1.15, 80))
    assert Reason.TYPE_CEILING in result.reasons


def test_no_member_earns_more_than_the_aerobic_ceiling() -> None:
    result = award(plain(age=75, gender=Gender.FEMALE, duration_min=30), 5000, DayUsage())
    assert result.credited_kcal == pytest.approx(30 * aerobic_ceiling_kcal_per_minute(Gender.FEMALE, 75, 80))
    assert Reason.AEROBIC_CEILING in result.reasons


def test_the_fourth_workout_of_a_day_earns_nothing() -> None:
    result = award(plain(), 400, DayUsage(points=10, workouts=DAILY_WORKOUTS))
    assert (result.points, result.credited_min, result.reasons) == (0, 0, [Reason.DAILY_WORKOUTS])


def test_minutes_beyond_the_day_s_limit_are_not_credited() -> None:
    result = award(plain(duration_min=60), 600, DayUsage(minutes=DAILY_MINUTES - 30))
    assert result.credited_min == 30
    assert result.credited_kcal == pytest.approx(300)
    assert result.reasons == [Reason.DAILY_MINUTES]


def test_points_beyond_the_day_s_limit_are_not_given() -> None:
    result = award(plain(), 400, DayUsage(points=DAILY_POINTS - 5))
    assert (result.points, result.reasons) == (5, [Reason.DAILY_POINTS])


@given(workout, calories, usage)
def test_an_award_is_never_negative_nor_above_the_prediction_or_the_ceilings(w, kcal, used) -> None:
    result = award(w, kcal, used)
    hardest = met_kcal_per_minute(INTENSITY[w.workout_type].met_high * points.MET_MARGIN, w.weight_kg)
    aerobic = aerobic_ceiling_kcal_per_minute(w.gender, w.age, w.weight_kg)
    assert 0 <= result.credited_kcal <= min(kcal, w.duration_min * hardest, w.duration_min * aerobic) * (1 + 1e-12)
    assert 0 <= result.points <= floor(result.credited_kcal / points.KCAL_PER_POINT)
    assert 0 <= result.credited_min <= w.duration_min


@given(st.lists(st.tuples(workout, calories), max_size=8))
def test_no_order_of_workouts_passes_the_caps_of_a_day(day) -> None:
    used = DayUsage()
    counted = 0
    for w, kcal in day:
        result = award(w, kcal, used)
        used.add(result)
        counted += result.credited_min > 0
    assert used.points <= DAILY_POINTS
    assert used.minutes <= DAILY_MINUTES * (1 + 1e-12)
    assert counted <= DAILY_WORKOUTS


@given(workout, calories, usage)
def test_fewer_points_than_a_tenth_always_have_a_reason(w, kcal, used) -> None:
    result = award(w, kcal, used)
    if result.points < floor(kcal / points.KCAL_PER_POINT):
        assert result.reasons


@given(workout, st.floats(1, 10_000), st.floats(0, 5_000), usage)
def test_more_calories_never_earn_less(w, kcal, more, used) -> None:
    assert award(w, kcal + more, used).points >= award(w, kcal, used).points
