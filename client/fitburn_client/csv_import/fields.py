"""Parses cells. Only what is not a number or a time is refused here; the API validates the rest."""

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo

GENDERS: Mapping[str, str] = {
    "m": "Male",
    "male": "Male",
    "man": "Male",
    "f": "Female",
    "female": "Female",
    "w": "Female",
    "woman": "Female",
}
NUMBERS = ("age", "height_cm", "weight_kg", "distance_km", "avg_hr", "speed_kmh", "calories_measured")

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SHORT_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class UnreadableCellError(ValueError):
    """A cell whose text does not parse as its column's type."""


def number(field: str, text: str, decimal_comma: bool) -> int | float:
    """A finite number; an int if it is whole.

    A comma is the decimal sign in files that are not separated by commas; elsewhere only where it cannot separate
    thousands.
    """
    if decimal_comma or _SHORT_DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if not abs(value) < float("inf"):
        raise UnreadableCellError(f"{field}: {_shortened(text)} is not a number")
    return _whole(value)


def minutes(text: str, decimal_comma: bool) -> int | float:
    """Minutes of a duration, which is a number of minutes or h:mm:ss."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return number("duration_min", text, decimal_comma)
    hours, whole, seconds = (int(part) for part in clock.groups())
    return _whole(round(hours * 60 + whole + seconds / 60, 4))


def start(text: str, zone: tzinfo) -> datetime | date:
    """A start in ISO 8601, in `zone` unless it has an offset. A day without a time is returned as a date."""
    text = text.replace("/", "-")
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        aware.utcoffset()
    except (ValueError, OverflowError):
        raise UnreadableCellError(
            f"ts: {_shortened(text)} is not an ISO 8601 time such as 2026-01-31T18:30:00+01:00"
        ) from None
    return aware


def gender(text: str) -> str:
    return GENDERS.get(text.lower(), text)


def workout_type(text: str) -> str:
    """`Jump Rope` becomes jump_rope."""
    return re.sub(r"[\s-]+", "_", text.lower())


def _whole(value: float) -> int | float:
    """The API takes an age of 24, not of 24.0."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _shortened(text: str, max_chars: int = 40) -> str:
    return repr(text if len(text) <= max_chars else text[:max_chars] + "…")
