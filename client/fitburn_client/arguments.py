"""Types of the command line's arguments. An error names what to write instead."""

import argparse
from datetime import datetime
from math import isfinite

from fitburn_client.genders import GENDERS
from fitburn_client.genders import gender as parse_gender

MINUTES_OF_A_DAY = 1440


def moment(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise _instead(text, "an ISO 8601 date and time with its zone, such as 2026-01-31T18:30:00+01:00") from None
    if parsed.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no time zone; add Z or +01:00")
    return parsed


def number(text: str) -> float:
    return _number(text, "a number, such as 5.2")


def minutes(text: str) -> float:
    wanted = f"the minutes as a number above 0, {MINUTES_OF_A_DAY} at most, such as 35"
    value = _number(text, wanted)
    if not 0 < value <= MINUTES_OF_A_DAY:
        raise _instead(text, wanted)
    return value


def seconds(text: str) -> float:
    wanted = "the seconds as a number from 0, such as 30"
    value = _number(text, wanted)
    if value < 0:
        raise _instead(text, wanted)
    return value


def years(text: str) -> int:
    return _integer(text, "the years as a whole number, such as 30")


def count(text: str) -> int:
    return _integer(text, "a whole number from 1, such as 20")


def gender(text: str) -> str:
    parsed = parse_gender(text)
    if parsed not in GENDERS.values():
        raise _instead(text, "female or male")
    return parsed


def _number(text: str, wanted: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _instead(text, wanted) from None
    if not isfinite(value):
        raise _instead(text, wanted)
    return value


def _integer(text: str, wanted: str) -> int:
    """A whole number above 0."""
    try:
        value = int(text)
    except ValueError:
        raise _instead(text, wanted) from None
    if value < 1:
        raise _instead(text, wanted)
    return value


def _instead(text: str, wanted: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r} cannot be used; write {wanted}")
