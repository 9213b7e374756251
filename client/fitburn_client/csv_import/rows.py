"""Rows of a table to workouts with a start and an idempotency key."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from fitburn_client.csv_import import fields
from fitburn_client.csv_import.columns import REQUIRED, Columns
from fitburn_client.csv_import.fields import Unreadable
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.table import Line, Table
from fitburn_client.resources.workouts import Workout

LONGEST_LAID_MIN = 24 * 60
"""A longer duration is a mistake that the API will refuse: it must not push the member's other rows weeks back."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How rows get their start.

    `zone` is for times without an offset. Rows of a file without any time are laid before `end_day` (UTC).
    `end_day_given` tells whether a person named it: then it is part of what the rows say.
    """

    zone: tzinfo
    end_day: date
    end_day_given: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be sent (`workout` and `key`), or the reason why not."""

    number: int
    cells: Sequence[str]
    workout: Workout | None = None
    key: str = ""
    fault: str | None = None


def read_rows(table: Table, columns: Columns, calendar: Calendar, ledger: Ledger) -> Iterator[Row]:
    """One Row per line of the table, in order."""
    for line in table.lines():
        try:
            yield _row(line, table, columns, calendar, ledger)
        except Unreadable as error:
            yield Row(line.number, line.cells, fault=str(error))


def _row(line: Line, table: Table, columns: Columns, calendar: Calendar, ledger: Ledger) -> Row:
    if line.fault:
        raise Unreadable(line.fault)
    values = read_values(columns.texts(line.cells), calendar.zone, table.decimal_comma)
    if columns.has_ts and "ts" not in values:
        raise Unreadable("ts is missing")
    workout = Workout(**values | {"ts": _start(values, calendar, ledger)})
    said_start = values.get("ts", calendar.end_day if calendar.end_day_given else "")
    return Row(line.number, line.cells, workout, content_key(workout, str(said_start), ledger))


def read_values(texts: Mapping[str, str], zone: tzinfo, decimal_comma: bool) -> dict[str, Any]:
    """Fields of a workout from their texts; Unreadable when one is not what its name says or a needed one is blank."""
    for name in REQUIRED:
        if name not in texts:
            raise Unreadable(f"{name} is missing")
    values: dict[str, Any] = {"user_id": texts["user_id"]}
    values["duration_min"] = fields.minutes(texts["duration_min"], decimal_comma)
    values |= {name: fields.number(name, texts[name], decimal_comma) for name in fields.NUMBERS if name in texts}
    if "gender" in texts:
        values["gender"] = fields.gender(texts["gender"])
    if "workout_type" in texts:
        values["workout_type"] = fields.workout_type(texts["workout_type"])
    if "ts" in texts:
        values["ts"] = fields.start(texts["ts"], zone)
    return values


def content_key(workout: Workout, said_start: str, ledger: Ledger) -> str:
    """The idempotency key of a row: a hash of what it says, and its number among the file's identical rows.

    A start that the import lays is no part of it, so that a copy of the file with another date never doubles rows.
    """
    said = workout.to_json() | {"ts": said_start}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]
    return f"csv-{digest.hex()}-{ledger.occurrence(digest)}"


def _start(values: Mapping[str, Any], calendar: Calendar, ledger: Ledger) -> datetime:
    """The row's own start; else one that overlaps with no other row of the member.

    Rows with a day only follow each other from midnight on. Rows without a time are laid backwards from the end day,
    since exports list the newest first; so rows that are added at the end of a file leave the others where they were.
    """
    given = values.get("ts")
    if isinstance(given, datetime):
        return given
    room = math.ceil(min(max(values["duration_min"], 0), LONGEST_LAID_MIN)) + 1
    member = values["user_id"]
    if isinstance(given, date):
        laid = ledger.lay(member, given.isoformat(), room)
        return _shifted(given, calendar.zone, laid - room)
    return _shifted(calendar.end_day, UTC, -ledger.lay(member, "", room))


def _shifted(day: date, zone: tzinfo, minutes: int) -> datetime:
    """So many minutes after the beginning of a day, in UTC, where every hour has its 60 minutes."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC) + timedelta(minutes=minutes)
    except OverflowError:
        raise Unreadable(f"ts: the calendar has no room for it around {day}") from None
