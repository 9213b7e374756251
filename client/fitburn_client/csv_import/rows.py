"""Converts rows of a table to workouts with a start and an idempotency key."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from fitburn_client.csv_import import fields
from fitburn_client.csv_import.columns import REQUIRED, Columns
from fitburn_client.csv_import.fields import UnreadableCellError
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.table import Line, Table
from fitburn_client.resources.workouts import Workout

LONGEST_LAID_MIN = 24 * 60
"""The API refuses a longer duration; it must not push the member's other rows weeks back."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How rows get their start.

    `zone` applies to times without an offset. Rows of a file without times are laid before `end_day` (UTC).
    `end_day_given`: it is the user's own choice, so it counts as part of the rows' content.
    """

    zone: tzinfo
    end_day: date
    end_day_given: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be submitted (`workout` and `key`), or the `fault` that prevents it."""

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
        except UnreadableCellError as error:
            yield Row(line.number, line.cells, fault=str(error))


def _row(line: Line, table: Table, columns: Columns, calendar: Calendar, ledger: Ledger) -> Row:
    if line.fault:
        raise UnreadableCellError(line.fault)
    values = read_values(columns.texts(line.cells), calendar.zone, table.decimal_comma)
    if columns.has_ts and "ts" not in values:
        raise UnreadableCellError("ts is missing")
    workout = Workout(**values | {"ts": _start(values, calendar, ledger)})
    own_start = values.get("ts", calendar.end_day if calendar.end_day_given else "")
    return Row(line.number, line.cells, workout, content_key(workout, str(own_start), ledger))


def read_values(texts: Mapping[str, str], zone: tzinfo, decimal_comma: bool) -> dict[str, Any]:
    """The values of a workout's fields; UnreadableCellError if one does not parse or a required one is blank."""
    for name in REQUIRED:
        if name not in texts:
            raise UnreadableCellError(f"{name} is missing")
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


def content_key(workout: Workout, own_start: str, ledger: Ledger) -> str:
    """The idempotency key of a row: a hash of its content, and its number among the file's identical rows.

    A start that the import made up is not part of the content, so a copy of the file with another date doubles no rows.
    """
    content = workout.to_json() | {"ts": own_start}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()[:16]
    return f"csv-{digest.hex()}-{ledger.occurrence(digest)}"


def _start(values: Mapping[str, Any], calendar: Calendar, ledger: Ledger) -> datetime:
    """The row's own start, or one that does not overlap with any other row of the member.

    Rows with a day but no time follow each other from midnight on. Rows without a day are laid backwards from the end
    day: exports list the newest first, so rows appended to a file do not move the earlier ones.
    """
    ts = values.get("ts")
    if isinstance(ts, datetime):
        return ts
    slot_min = math.ceil(min(max(values["duration_min"], 0), LONGEST_LAID_MIN)) + 1
    member = values["user_id"]
    if isinstance(ts, date):
        laid_min = ledger.lay(member, ts.isoformat(), slot_min)
        return _shifted(ts, calendar.zone, laid_min - slot_min)
    return _shifted(calendar.end_day, UTC, -ledger.lay(member, "", slot_min))


def _shifted(day: date, zone: tzinfo, minutes: int) -> datetime:
    """The time `minutes` after the beginning of a day, counted in UTC, which has no clock changes."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC) + timedelta(minutes=minutes)
    except OverflowError:
        raise UnreadableCellError(f"ts: the calendar has no room for it around {day}") from None
