import math
from random import Random
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from fitburn.backoff import Backoff

seconds = st.floats(1e-3, 1e3)
jitter = st.floats(0, 1, exclude_max=True)


def no_jitter() -> float:
    """The whole bound is waited."""
    return 0.0


def test_bounds_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 3, no_jitter)
    assert [backoff.next() for _ in range(5)] == [0.5, 1, 2, 3, 3]


def test_a_reset_starts_again_from_the_first_bound() -> None:
    backoff = Backoff(0.5, 3, no_jitter)
    backoff.next()
    backoff.next()
    backoff.reset()
    assert backoff.next() == 0.5


@given(seconds, st.floats(1, 1e3), st.lists(jitter, min_size=1, max_size=40))
def test_delays_are_positive_and_never_above_the_longest(first: float, factor: float, draws: list[float]) -> None:
    draw = iter(draws)
    backoff = Backoff(first, first * factor, lambda: next(draw))
    assert all(0 < backoff.next() <= first * factor for _ in draws)


@given(seconds, st.floats(1, 1e3), jitter)
def test_for_the_same_jitter_a_later_delay_is_never_shorter(first: float, factor: float, drawn: float) -> None:
    backoff = Backoff(first, first * factor, lambda: drawn)
    delays = [backoff.next() for _ in range(12)]
    assert delays == sorted(delays)


@given(st.integers(0, 2**32))
def test_delays_grow_in_expectation_until_the_longest(seed: int) -> None:
    random = Random(seed)
    backoffs = [Backoff(1, 8, random.random) for _ in range(1_000)]
    means = [mean(backoff.next() for backoff in backoffs) for _ in range(5)]
    # Uniform in (0, bound]: half the bound, with a standard error of bound / sqrt(12 * 1,000).
    for average, bound in zip(means, (1, 2, 4, 8, 8), strict=True):
        assert abs(average - bound / 2) < 6 * bound / math.sqrt(12_000)


def test_fifty_workers_do_not_come_back_in_step() -> None:
    """At most a few of them within any twentieth of the longest delay, where without jitter all would be."""
    random = Random(1)
    workers = [Backoff(0.2, 5, random.random) for _ in range(50)]
    for _ in range(6):
        delays = [worker.next() for worker in workers]
    crowds = [sum(start <= delay < start + 0.25 for delay in delays) for start in delays]
    assert max(crowds) <= 10
