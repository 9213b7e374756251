"""Texts of a row to values of a workout. Only what cannot be read is refused here; the API validates the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from fitburn_client.csv_import.activities import known_types, workout_type
from fitburn_client.csv_import.columns import REQUIRED, Columns
from fitburn_client.csv_import.durations import Clock, TwoClocks, read_clock, rounded
from fitburn_client.csv_import.errors import UnreadableCellError, shortened
from fitburn_client.csv_import.moments import DateOrder, NotAMomentError, Readings, in_zone, read_start
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.numbers import Decimal, NotANumberError, Number, TwoNumbers, read_number, whole
from fitburn_client.csv_import.vocabulary import CLOCK_UNITS, DURATION, LIMITS, PACE, START, TIME, UNITS
from fitburn_client.genders import gender

NUMBERS = ("age", "height_cm", "weight_kg", "distance_km", "avg_hr", "speed_kmh", "calories_measured")
DISTANCE, SPEED = "distance_km", "speed_kmh"

_WITH_UNIT = re.compile(r"([^\W_]*[\d.,][\d.,\s'’]*?)\s*([^\W\d_/][^\d]*|/[^\d]+)")
_PACE = re.compile(r"(\d{1,2}):([0-5]\d)(?:\s*(\S.*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a cell, or its two readings; `factor` converts it to the field's unit. `unit` may be unknown."""

    number: Number | TwoNumbers
    factor: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the file and its user decided about cells that may mean two things."""

    decimals: Mapping[str, Decimal] = field(default_factory=dict)
    order: DateOrder | None = None
    clock: Clock | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, text: str) -> str | None:
        """The workout type that the user or the vocabulary assigns to a name."""
        return self.types.get(normal(text)) or workout_type(text)


def amount(name: str, text: str, unit: str | None) -> Amount:
    """The number in a cell, with the unit in the cell or else that of the column. NotANumberError if it has none."""
    try:
        return Amount(read_number(text), UNITS[name].get(unit or "", 1.0), unit)
    except NotANumberError:
        match = _WITH_UNIT.fullmatch(text)
        own_unit = normal(match[2]) if match else ""
        if match is None or own_unit not in UNITS[name]:
            raise
        return Amount(read_number(match[1].strip()), UNITS[name][own_unit], own_unit)


def plausible(name: str, found: Amount) -> Number | None:
    """The number, or the one reading that the API can accept; None if both can be meant."""
    if isinstance(found.number, Number):
        return found.number
    low, high = LIMITS[name]
    if found.unit is None and name == DISTANCE:
        return None  # it may be in metres
    readings = (found.number.decimal, found.number.thousands)
    fitting = [reading for reading in readings if low <= reading.value * found.factor <= high]
    return fitting[0] if len(fitting) == 1 else None


def read_values(texts: Mapping[str, str], columns: Columns, conventions: Conventions, zone: tzinfo) -> dict[str, Any]:
    """The values of a workout's fields; UnreadableCellError if one does not parse or a required one is blank.

    `ts` is a datetime, or a date if the row has no time.
    """
    for name in REQUIRED:
        if name not in texts:
            raise UnreadableCellError(f"{name} is missing")
    values: dict[str, Any] = {"user_id": texts["user_id"]}
    values[DURATION] = minutes(texts[DURATION], columns.units.get(DURATION), conventions)
    if "workout_type" in texts:
        values["workout_type"] = _type(texts["workout_type"], conventions)
    for name in NUMBERS:
        if name in texts:
            unit = _unit(name, values.get("workout_type"), columns)
            values[name] = number(name, texts[name], unit, conventions)
    if PACE in texts and SPEED not in texts:
        values[SPEED] = speed_of_pace(texts[PACE], columns.units.get(PACE))
    if "gender" in texts:
        values["gender"] = gender(texts["gender"])
    if START in texts:
        values[START] = start(texts[START], texts.get(TIME), conventions.order, zone)
    return values


def number(name: str, text: str, unit: str | None, conventions: Conventions) -> int | float:
    """A finite number in the field's unit; an int if it is whole."""
    try:
        found = amount(name, text, unit)
    except NotANumberError:
        raise UnreadableCellError(f"{name}: {shortened(text)} is not a number") from None
    chosen = found.number
    if isinstance(chosen, TwoNumbers):
        decimal = conventions.decimals.get(name)
        chosen = _under(chosen, decimal) if decimal else plausible(name, found) or _undecided(name, text)
    value = chosen.value if found.factor == 1.0 else round(chosen.value * found.factor, 6)
    return whole(value)


def minutes(text: str, unit: str | None, conventions: Conventions) -> int | float:
    """Minutes of a duration: a clock, words, ISO 8601, or a number of the column's unit."""
    found = read_clock(text)
    if found is None:
        value = number(DURATION, text, None if unit in CLOCK_UNITS else unit, conventions)
        return whole(rounded(float(value))) if unit in UNITS[DURATION] else value
    if isinstance(found, TwoClocks):
        clock = conventions.clock
        found = found.under(clock) if clock else _undecided(DURATION, text)
    return whole(rounded(float(found)))


def start(text: str, clock: str | None, order: DateOrder | None, zone: tzinfo) -> datetime | date:
    """The start in `zone` unless it has an offset; a date if neither its cell nor that of the time has one."""
    try:
        value = _resolved(text, order)
        if clock is not None:
            at = _resolved(clock, order)
            if not isinstance(at, time) or isinstance(value, datetime):
                raise UnreadableCellError(f"ts: {shortened(text)} and the time {shortened(clock)} do not fit together")
            value = datetime.combine(value, at)  # type: ignore[arg-type]  # _resolved gave a day
        return in_zone(value, zone) if isinstance(value, datetime) else _day(value)
    except NotAMomentError as error:
        why = str(error) or f"{shortened(text)} is no date or time that is understood; write 2026-01-31T18:30:00+01:00"
        raise UnreadableCellError(f"ts: {why}") from None


def speed_of_pace(text: str, unit: str | None) -> float:
    """km/h of a pace such as 5:30 (minutes per kilometre) or 8:51 /mi."""
    match = _PACE.fullmatch(text)
    own_unit = normal(match[3]) if match and match[3] else unit
    pace = int(match[1]) + int(match[2]) / 60 if match else 0.0
    if not pace or (own_unit is not None and own_unit not in UNITS[PACE]):
        raise UnreadableCellError(f"pace: {shortened(text)} is no pace such as 5:30")
    return round(60 / pace * UNITS[PACE].get(own_unit or "", 1.0), 3)


def _resolved(text: str, order: DateOrder | None) -> datetime | date | time:
    value = read_start(text)
    return value.under(order) if isinstance(value, Readings) else value


def _day(value: date | time) -> date:
    if isinstance(value, time):
        raise NotAMomentError("a time of day without its day")
    return value


def _type(text: str, conventions: Conventions) -> str:
    found = conventions.type_of(text)
    if found is None:
        raise UnreadableCellError(
            f"workout_type: {shortened(text)} is not known; give it one with --type '{text[:40]}=TYPE', "
            f"of: {known_types()}"
        )
    return found


def _unit(name: str, kind: str | None, columns: Columns) -> str | None:
    in_metres = columns.program is not None and columns.program.swims_in_metres and kind == "swimming"
    return "m" if name == DISTANCE and in_metres and name not in columns.units else columns.units.get(name)


def _under(two: TwoNumbers, decimal: Decimal) -> Number:
    return two.decimal if two.decimal.decimal == decimal else two.thousands


def _undecided(name: str, text: str) -> Any:
    raise UnreadableCellError(f"{name}: {shortened(text)} may mean two things")
