from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fitburn.levels import LADDER, standing


def test_the_ladder_begins_at_nothing_and_every_rung_is_higher_than_the_one_before() -> None:
    assert LADDER[0].points == 0
    assert [level.number for level in LADDER] == list(range(1, len(LADDER) + 1))
    assert all(lower.points < upper.points for lower, upper in pairwise(LADDER))
    assert all(level.title_en and level.title_ru for level in LADDER)


def test_a_rung_is_reached_with_its_last_point() -> None:
    assert [standing(points).level.number for points in (-5, 0, 99, 100, 101)] == [1, 1, 1, 2, 2]
    assert (standing(99).points_to_next, standing(100).points_to_next) == (1, 200)


def test_there_is_nothing_above_the_last_rung() -> None:
    top = standing(10**9)
    assert (top.level, top.next, top.points_to_next) == (LADDER[-1], None, None)


@given(st.integers(-1000, 100_000), st.integers(0, 5_000))
def test_more_points_never_mean_a_lower_level(points: int, more: int) -> None:
    before, after = standing(points), standing(points + more)
    assert after.level.number >= before.level.number
    if before.points_to_next is not None:
        assert before.points_to_next > 0
        assert (after.level != before.level) == (more >= before.points_to_next)
