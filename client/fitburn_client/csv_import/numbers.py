"""Numbers as people and programs write them: 72.5, 72,5, 1,210, 1.210,5 and 1 210."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Decimal = Literal["point", "comma"]
SIGNS: Mapping[Decimal, str] = {"point": ".", "comma": ","}

_SPACES = " \u00a0\u202f\u2009'’"
_SPACED = re.compile(rf"[+-]?[1-9][0-9]{{0,2}}(?:([{_SPACES}])[0-9]{{3}})(?:\1[0-9]{{3}})*(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")
_PLAIN = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


class NotANumberError(ValueError):
    """The text is no number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read. `decimal` is the convention that the text proves, if it proves one."""

    value: float
    decimal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TwoNumbers:
    """`1,210` or `1.210`: the value with its sign as a decimal sign, and as a separator of thousands."""

    decimal: Number
    thousands: Number


@lru_cache(maxsize=10_000)
def read_number(text: str) -> Number | TwoNumbers:
    """The number, or its two readings. NotANumberError for everything else, nan and inf included."""
    text = text.replace("−", "-")
    if _TWO_READINGS.fullmatch(text):
        return TwoNumbers(_decimal(text), _grouped(text))
    if _SPACED.fullmatch(text):
        return _decimal(re.sub(f"[{_SPACES}]", "", text))
    if _GROUPED.fullmatch(text):
        return _grouped(text)
    if _PLAIN.fullmatch(text):
        return _decimal(text)
    raise NotANumberError


def _decimal(text: str) -> Number:
    decimal: Decimal | None = "point" if "." in text else "comma" if "," in text else None
    return Number(_finite(text.replace(",", ".")), decimal)


def _grouped(text: str) -> Number:
    """The first sign separates thousands, so the other one is for decimals."""
    first = next(sign for sign in text if sign in ".,")
    other: Decimal = "comma" if first == "." else "point"
    return Number(_finite(text.replace(first, "").replace(",", ".")), other)


def _finite(text: str) -> float:
    value = float(text)
    if not abs(value) < float("inf"):
        raise NotANumberError
    return value


def whole(value: float) -> int | float:
    """An int if the value is whole: the API takes an age of 24, not of 24.0."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
