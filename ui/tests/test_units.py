"""Conversion of what members type in their units into metric."""

import pytest

from app.text import units


@pytest.mark.parametrize(("shown", "km"), [(1.0, 1.609), (26.2, 42.165), (None, None)])
def test_miles_become_kilometres(shown: float | None, km: float | None) -> None:
    assert units.IMPERIAL.km(shown) == km


def test_pounds_and_inches_become_metric() -> None:
    assert (units.IMPERIAL.kg(150.0), units.IMPERIAL.cm(70.0)) == (68.04, 177.8)
    assert units.METRIC.kg(68.0) == 68.0
