from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitburn.challenges import MAX_DAYS, Metric, days_of, faults

MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("metric", "goal", "length", "codes"),
    [
        (Metric.DISTINCT_DAYS, 7, 7, []),
        (Metric.DISTINCT_DAYS, 8, 7, ["out_of_reach"]),
        (Metric.WORKOUTS, 21, 7, []),
        (Metric.WORKOUTS, 22, 7, ["out_of_reach"]),
        (Metric.MINUTES, 1680, 7, []),
        (Metric.MINUTES, 1681, 7, ["out_of_reach"]),
        (Metric.CALORIES, 1_000_000, 1, []),
        (Metric.WORKOUTS, 1, MAX_DAYS, []),
        (Metric.WORKOUTS, 1, MAX_DAYS + 1, ["too_long"]),
        (Metric.WORKOUTS, 1, 0, ["before_start"]),
    ],
)
def test_a_challenge_that_no_member_can_reach_is_refused(
    metric: Metric, goal: int, length: int, codes: list[str]
) -> None:
    result = faults(metric, goal, MARCH, MARCH + timedelta(days=length - 1))
    assert [fault.code for fault in result] == codes


@given(st.sampled_from(Metric), st.integers(1, 1_000_000), st.integers(-10, 500))
def test_a_refused_challenge_stays_refused_with_a_higher_goal(metric: Metric, goal: int, more: int) -> None:
    last = MARCH + timedelta(days=more)
    refused = {fault.field for fault in faults(metric, goal, MARCH, last)}
    assert refused <= {fault.field for fault in faults(metric, 2 * goal, MARCH, last)}
    assert ("ends_on" in refused) == (not 1 <= days_of(MARCH, last) <= MAX_DAYS)
