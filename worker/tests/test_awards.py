"""What a batch earns, without a database: order, members and rows. The rules are tested in the core."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.awards import decide_awards
from app.db import CreditedWorkout, PendingWorkout

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def run(number: int, **changes: Any) -> PendingWorkout:
    """An ordinary run, the number-th to be accepted, which starts `number` hours after noon."""
    fields: dict[str, Any] = {
        "workout_id": f"w{number:03}",
        "prediction_id": f"p{number:03}",
        "club_id": "club",
        "member_id": "anna",
        "accepted_at": NOON + timedelta(days=1),
        "local_day": date(2026, 3, 2),
        "ts": NOON + timedelta(hours=number),
        "workout_type": "running",
        "duration_min": 40.0,
        "distance_km": None,
        "avg_hr": 150.0,
        "speed_kmh": None,
        "gender": "Female",
        "age": 30.0,
        "height_cm": 170.0,
        "weight_kg": 65.0,
    }
    return PendingWorkout(**fields | changes)


def credited(number: int, points: int, **changes: Any) -> CreditedWorkout:
    workout = run(number, **changes)
    return CreditedWorkout(
        workout.workout_id, workout.member_id, workout.local_day, workout.ts, workout.duration_min, points, 40.0
    )


def points(rows: list[dict[str, Any]]) -> list[int]:
    return [row["points"] for row in rows]


def test_rows_come_in_the_order_of_acceptance_and_the_first_have_the_day() -> None:
    rows = decide_awards([(run(n), 400.0) for n in (3, 1, 4, 2)], [])
    assert [row["workout_id"] for row in rows] == ["w001", "w002", "w003", "w004"]
    assert points(rows) == [40, 40, 40, 0]
    assert rows[3]["points_reasons"] == ["daily_workouts"]


@given(st.permutations(range(8)))
def test_the_order_within_a_batch_makes_no_difference(order: list[int]) -> None:
    batch = [(run(n, member_id="anna" if n % 2 else "berta", duration_min=50.0 * (n % 3 + 1)), 400.0) for n in range(8)]
    assert decide_awards([batch[n] for n in order], []) == decide_awards(batch, [])


def test_earlier_credits_count_towards_the_day() -> None:
    (row,) = decide_awards([(run(5), 400.0)], [credited(1, 70), credited(2, 60)])
    assert row["points"] == 20
    assert row["points_reasons"] == ["daily_points"]


def test_days_and_members_have_separate_limits() -> None:
    tomorrow = {"local_day": date(2026, 3, 3), "ts": NOON + timedelta(days=1)}
    scored = [(run(5), 400.0), (run(6, **tomorrow), 400.0), (run(7, member_id="berta"), 400.0)]
    assert points(decide_awards(scored, [credited(1, 150)])) == [0, 40, 40]


def test_overlap_within_the_batch_is_held_and_takes_nothing_from_the_day() -> None:
    within = run(2, ts=NOON + timedelta(hours=1, minutes=20))
    rows = decide_awards([(run(1), 400.0), (within, 400.0), (run(3), 400.0), (run(4), 400.0)], [])
    assert points(rows) == [40, 0, 40, 40]
    assert rows[1]["hold_reasons"] == ["overlap"]
    assert (rows[1]["credited_kcal"], rows[1]["credited_min"]) == (0.0, 0.0)


def test_overlap_with_the_day_before_is_held() -> None:
    late = credited(1, 40, ts=datetime(2026, 3, 1, 23, 50, tzinfo=UTC), local_day=date(2026, 3, 1))
    early = run(2, ts=datetime(2026, 3, 2, 0, 10, tzinfo=UTC))
    (row,) = decide_awards([(early, 400.0)], [late])
    assert row["hold_reasons"] == ["overlap"]


def test_a_workout_that_overlaps_only_a_held_one_is_not_held() -> None:
    held = run(1, avg_hr=239.0)
    (first, second) = decide_awards([(held, 400.0), (run(2, ts=held.ts), 400.0)], [])
    assert first["hold_reasons"] == ["heart_rate_too_high"]
    assert (second["hold_reasons"], second["points"]) == ([], 40)


@pytest.mark.parametrize("calories", [1e-9, 9.99, 1e300])
def test_any_positive_calories_earn_whole_points_within_the_day(calories: float) -> None:
    (row,) = decide_awards([(run(1), calories)], [])
    assert isinstance(row["points"], int)
    assert 0 <= row["points"] <= 150
    assert row["calories"] == calories
