"""Durations: 35, 35.5, 0:35:30, 45:30, 1 h 5 min, PT45M30S."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.vocabulary import DURATION, HOURS, LIMITS, MINUTES, SECONDS, UNITS

Clock = Literal["h:mm", "mm:ss"]

_FULL = re.compile(r"(?:(\d+) days?,? ?)?(\d{1,3}):([0-5]\d):([0-5]\d(?:[.,]\d+)?)", re.ASCII)
_SHORT = re.compile(r"(\d{1,3}):([0-5]\d)([.,]\d+)?", re.ASCII)
_ISO = re.compile(
    r"P(?:(\d+)D)?T?(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?", re.ASCII | re.IGNORECASE
)
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?,?\s*")
_WORDS = re.compile(rf"(?:{_PART.pattern}){{2,4}}")


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """Minutes of a text such as 1:30, read as h:mm and as mm:ss."""

    h_mm: float
    mm_ss: float

    def under(self, clock: Clock) -> float:
        return self.h_mm if clock == "h:mm" else self.mm_ss

    @property
    def only(self) -> Clock | None:
        """The one reading that is within the accepted durations, if only one is."""
        low, high = LIMITS[DURATION]
        if self.h_mm > high:
            return "mm:ss"
        return "h:mm" if self.mm_ss < low <= self.h_mm else None


@lru_cache(maxsize=10_000)
def read_clock(text: str) -> float | TwoClocks | None:
    """Minutes of a duration that is not a plain number; None for other texts."""
    if match := _FULL.fullmatch(text):
        days, hours, minutes = (int(part or 0) for part in match.groups()[:3])
        return (24 * days + hours) * HOURS + minutes * MINUTES + _float(match[4]) * SECONDS
    if match := _SHORT.fullmatch(text):
        first, second = int(match[1]), _float(match[2] + (match[3] or ""))
        mm_ss = first * MINUTES + second * SECONDS
        return mm_ss if match[3] else TwoClocks(first * HOURS + second, mm_ss)
    if (match := _ISO.fullmatch(text)) and any(match.groups()):
        day, hour, minute, second = (_float(part or "0") for part in match.groups())
        return (24 * day + hour) * HOURS + minute * MINUTES + second * SECONDS
    return _words(text) if _WORDS.fullmatch(text) else None


def rounded(minutes: float) -> float:
    """Four decimals, as precise as a hundredth of a second."""
    return round(minutes, 4)


def _words(text: str) -> float | None:
    total = 0.0
    for amount, unit in _PART.findall(text):
        factor = UNITS[DURATION].get(normal(unit))
        if factor is None:
            return None
        total += _float(amount) * factor
    return total


def _float(text: str) -> float:
    return float(text.replace(",", "."))
