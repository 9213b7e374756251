"""Property tests try the same examples in every run of `make test`."""

from hypothesis import given
from hypothesis import strategies as st


def tried() -> list[float]:
    values: list[float] = []

    @given(st.floats())
    def remember(value: float) -> None:
        values.append(value)

    remember()
    return values


def test_random_examples_are_the_same_in_every_run() -> None:
    assert len(tried()) > 50
    assert repr(tried()) == repr(tried())
