"""Converts rows of a table to workouts with a start and an idempotency key."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.errors import UnreadableCellError
from fitburn_client.csv_import.identity import Identity
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.own_files import KEY_PLACE
from fitburn_client.csv_import.places import given_place, identifying, minutes_of_others, place_of
from fitburn_client.csv_import.table import Line, Table
from fitburn_client.csv_import.values import Conventions, read_values
from fitburn_client.csv_import.vocabulary import DURATION
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
    """A row that can be submitted (`workout` and `key`), or the `fault` that prevents it.

    `place` names the row's file and line in a file of rejects, if its content may be that of another row.
    """

    number: int
    cells: Sequence[str]
    workout: Workout | None = None
    key: str = ""
    fault: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the rows of a table are read by."""

    table: Table
    columns: Columns
    conventions: Conventions
    calendar: Calendar


def read_rows(reading: Reading, ledger: Ledger) -> Iterator[Row]:
    """One Row per line of the table, in order."""
    identity = Identity.of(reading.table.header, reading.columns, reading.table.delimiter)
    for line in reading.table.lines():
        if line.fault:
            place = place_of(line, reading.table, reading.columns, ledger)
            yield Row(line.number, line.cells, fault=line.fault, place=place)
            continue
        key = _key(line, reading, identity, ledger)
        place = place_of(line, reading.table, reading.columns, ledger)
        try:
            yield Row(line.number, line.cells, _workout(line, reading, ledger), key, place=place)
        except UnreadableCellError as error:
            yield Row(line.number, line.cells, fault=str(error), place=place)


def rehearse(reading: Reading, ledger: Ledger) -> None:
    """Lay all rows, so that rejected rows without a time of day can state how long the member's others are."""
    for _ in read_rows(reading, ledger):
        pass
    ledger.end_rehearsal()


def content_key(content: Mapping[str, Any], ledger: Ledger) -> str:
    """A hash of a row's content, and its number among the file's rows of this content."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()[:16]
    return f"csv-{digest.hex()}-{ledger.occurrence(digest)}"


def _key(line: Line, reading: Reading, identity: Identity, ledger: Ledger) -> str:
    """The row's idempotency key.

    A start that the import makes up is not part of the content, so a copy of the file with another date doubles no row.
    A row that was rejected, corrected and equals another row of its file is distinguished by its place there.
    """
    calendar, place = reading.calendar, given_place(line, reading.columns)
    if place.startswith(KEY_PLACE):
        return place.removeprefix(KEY_PLACE)
    content = identity.content(line.cells, str(calendar.end_day) if calendar.end_day_given else "")
    return content_key({**content, "place": identifying(place)} if place else content, ledger)


def _workout(line: Line, reading: Reading, ledger: Ledger) -> Workout:
    columns, calendar = reading.columns, reading.calendar
    values = read_values(columns.texts(line.cells), columns, reading.conventions, calendar.zone)
    if columns.has_ts and "ts" not in values:
        raise UnreadableCellError("ts is missing")
    return Workout(**values | {"ts": _start(values, calendar, ledger, minutes_of_others(given_place(line, columns)))})


def _start(values: Mapping[str, Any], calendar: Calendar, ledger: Ledger, others_min: int) -> datetime:
    """The row's own start, or one that does not overlap with any other row of the member.

    Rows with a day but no time follow each other from midnight on. Rows without a day are laid backwards from the end
    day: exports list the newest first, so rows appended to a file do not move the earlier ones. `others_min` are the
    minutes of the member's rows in the file that a corrected row comes from.
    """
    ts = values.get("ts")
    if isinstance(ts, datetime):
        return ts
    slot_min = math.ceil(min(max(values[DURATION], 0), LONGEST_LAID_MIN)) + 1
    member = values.get("user_id", "")
    if isinstance(ts, date):
        laid_min = ledger.lay(member, ts.isoformat(), slot_min)
        return _shifted(ts, calendar.zone, laid_min - slot_min + others_min)
    return _shifted(calendar.end_day, UTC, -ledger.lay(member, "", slot_min) - others_min)


def _shifted(day: date, zone: tzinfo, minutes: int) -> datetime:
    """The time `minutes` after the beginning of a day, counted in UTC, which has no clock changes."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC) + timedelta(minutes=minutes)
    except OverflowError:
        raise UnreadableCellError(f"ts: the calendar has no room for it around {day}") from None
