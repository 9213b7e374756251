from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import START, plain, workout

from fitburn.physiology import Gender
from fitburn.plausibility import HoldReason, hold_reasons, span
from fitburn.workouts import WorkoutType

NOON = START + timedelta(hours=2)


def test_an_ordinary_run_is_not_held() -> None:
    assert hold_reasons(plain(), NOON, []) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ts": NOON + timedelta(hours=1)}, HoldReason.IN_FUTURE),
        ({"ts": NOON - timedelta(days=7, minutes=1)}, HoldReason.TOO_OLD),
        ({"avg_hr": 211}, HoldReason.HEART_RATE_TOO_HIGH),
        ({"avg_hr": 70}, HoldReason.HEART_RATE_TOO_LOW),
        ({"speed_kmh": 20.0}, HoldReason.SPEED_MISMATCH),
    ],
)
def test_an_implausible_workout_is_held_with_its_reason(changes, reason) -> None:
    assert hold_reasons(plain(**changes), NOON, []) == [reason]


@pytest.mark.parametrize(
    "changes",
    [
        {"ts": NOON + timedelta(minutes=4)},
        {"ts": NOON - timedelta(days=6, hours=23)},
        {"avg_hr": 210},
        {"avg_hr": None},
        {"avg_hr": 70, "workout_type": WorkoutType.YOGA},
        {"speed_kmh": 10.0},
        {"distance_km": None},
        {"speed_kmh": None},
    ],
)
def test_a_plausible_workout_is_not_held(changes) -> None:
    assert hold_reasons(plain(**changes), NOON, []) == []


@pytest.mark.parametrize("gender", Gender)
@pytest.mark.parametrize("age", [16, 30, 50, 80])
@pytest.mark.parametrize("workout_type", [WorkoutType.YOGA, WorkoutType.PILATES, WorkoutType.WALKING])
def test_gentle_types_are_not_held_for_a_gentle_heart_rate(workout_type, age, gender) -> None:
    gentle = plain(workout_type=workout_type, avg_hr=85, age=age, gender=gender, distance_km=None, speed_kmh=None)
    assert hold_reasons(gentle, NOON, []) == []


def test_a_workout_during_another_is_held() -> None:
    assert hold_reasons(plain(), NOON, [span(START + timedelta(minutes=20), 30)]) == [HoldReason.OVERLAP]


def test_a_workout_right_after_another_is_not_held() -> None:
    before = span(START - timedelta(minutes=30), 30)
    after = span(START + timedelta(minutes=35), 30)
    assert hold_reasons(plain(), NOON, [before, after]) == []


@given(workout, workout)
def test_overlap_is_mutual(first, second) -> None:
    def held(workout, credited) -> bool:
        reasons = hold_reasons(workout, workout.ts, [span(credited.ts, credited.duration_min)])
        return HoldReason.OVERLAP in reasons

    assert held(first, second) == held(second, first)


@given(workout, st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_every_workout_gets_a_verdict(w, lag) -> None:
    reasons = hold_reasons(w, w.ts + lag, [])
    assert len(reasons) == len(set(reasons))
