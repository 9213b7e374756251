"""Cells to values. Only what cannot be read as a number or a time is refused here; the API judges the rest."""

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


class Unreadable(ValueError):
    """A cell that does not hold what its column should."""


def number(field: str, text: str, decimal_comma: bool) -> int | float:
    """A finite number, whole if it is whole.

    A comma counts as decimal sign in files that are not separated by commas; elsewhere only where it cannot be meant
    for thousands.
    """
    if decimal_comma or _SHORT_DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if not abs(value) < float("inf"):
        raise Unreadable(f"{field}: {_shown(text)} is not a number")
    return _whole(value)


def minutes(text: str, decimal_comma: bool) -> int | float:
    """A duration in minutes, or as h:mm:ss."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return number("duration_min", text, decimal_comma)
    hours, whole, seconds = (int(part) for part in clock.groups())
    return _whole(round(hours * 60 + whole + seconds / 60, 4))


def start(text: str, zone: tzinfo) -> datetime | date:
    """A start in ISO 8601; without an offset it is meant in `zone`. A mere day comes back as a date."""
    text = text.replace("/", "-")
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        placed = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        placed.utcoffset()
    except (ValueError, OverflowError):
        raise Unreadable(f"ts: {_shown(text)} is not an ISO 8601 time such as 2026-01-31T18:30:00+01:00") from None
    return placed


def gender(text: str) -> str:
    return GENDERS.get(text.lower(), text)


def workout_type(text: str) -> str:
    """`Jump Rope` as jump_rope."""
    return re.sub(r"[\s-]+", "_", text.lower())


def _whole(value: float) -> int | float:
    """An age of 24.0 is 24 for the API."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _shown(text: str, longest: int = 40) -> str:
    return repr(text if len(text) <= longest else text[:longest] + "…")
