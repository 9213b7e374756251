"""The plan of an import: how a file will be read, printed before anything is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from fitburn_client.csv_import import dialect
from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.numbers import SIGNS
from fitburn_client.csv_import.rows import Reading
from fitburn_client.csv_import.survey import Survey
from fitburn_client.csv_import.values import Conventions
from fitburn_client.csv_import.vocabulary import START

MOST_UNKNOWN = 10
ORDERS = {"dmy": "day first", "mdy": "month first", "excel": "Excel's numbers of days"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found in a file and how it will be read. `zone_reason` states why the time zone is assumed."""

    reading: Reading
    survey: Survey
    zone_reason: str

    def lines(self) -> Iterator[str]:
        table, columns = self.reading.table, self.reading.columns
        yield f"{table.path.name}: {self.survey.rows:,} rows"
        if columns.program:
            yield f"  written by: {columns.program.title}"
        yield f"  encoding: {table.encoding.title} ({table.encoding.reason})"
        yield f"  delimiter: {dialect.title(table.delimiter)}"
        yield f"  columns: {', '.join(_used(columns, table.header))}"
        if columns.unit_columns:
            yield "  units from: " + ", ".join(repr(table.header[at]) for at in columns.unit_columns.values())
        if columns.unused:
            yield "  not used: " + ", ".join(repr(table.header[at]) for at in columns.unused)
        if columns.defaults:
            yield "  where missing: " + ", ".join(f"{name} {text!r}" for name, text in columns.defaults.items())
        yield from _conventions(self.reading.conventions, self.survey)
        yield from self._start()
        yield from _absent(columns)
        yield from self._unknown_types()

    def _start(self) -> Iterator[str]:
        calendar = self.reading.calendar
        if not self.reading.columns.has_ts:
            yield (
                "  no times in the file: each member's workouts are laid one after the other, "
                f"before {calendar.end_day}"
            )
            if calendar.end_day_given:
                yield "  --start is part of each row: rows that were imported with another day are added again"
        elif self.survey.local_time:
            number, text = self.survey.local_time
            yield f"  times without an offset: in {calendar.zone}, {self.zone_reason} (first: line {number}, {text!r})"
        else:
            yield "  times: all have an offset"

    def _unknown_types(self) -> Iterator[str]:
        unknown = self.survey.unknown_types
        if unknown:
            named = ", ".join(f"{name!r} ({n:,})" for name, n in unknown.most_common(MOST_UNKNOWN))
            more = f" and {len(unknown) - MOST_UNKNOWN} more" if len(unknown) > MOST_UNKNOWN else ""
            yield f"  types not known, their rows will be rejected: {named}{more}; name them with --type NAME=TYPE"


def _used(columns: Columns, header: tuple[str, ...]) -> Iterator[str]:
    for name, at in columns.index.items():
        unit = columns.units.get(name, "")
        unit = "" if unit in (normal(header[at]), "") or name.endswith(unit) else f" in {unit}"
        number = f" (#{at + 1})" if header.count(header[at]) > 1 else ""
        yield name + unit if header[at] == name else f"{name} from {header[at]!r}{number}{unit}"


def _conventions(conventions: Conventions, survey: Survey) -> Iterator[str]:
    signs = set(conventions.decimals.values()) | survey.all_decimals
    if signs:
        yield "  numbers: " + ", ".join(
            f"decimal {name}, thousands by {'comma' if name == 'point' else 'point'} or space, as in "
            + (f"1{'.' if name == 'comma' else ','}210{SIGNS[name]}5")
            for name in sorted(signs)
        )
    else:
        yield "  numbers: whole, or without two readings"
    if conventions.order:
        yield f"  dates: {ORDERS[conventions.order]}"
    if conventions.clock:
        yield f"  durations: {conventions.clock}"


def _absent(columns: Columns) -> Iterator[str]:
    """What the API will assume."""
    if "workout_type" not in columns.index and "workout_type" not in columns.defaults:
        yield "  no workout type: all rows are running (--default workout_type=TYPE)"
    if "avg_hr" not in columns.index and "avg_hr" not in columns.defaults:
        yield "  no heart rate: workouts earn fewer points"
    if START in columns.defaults and START not in columns.index:
        yield f"  start of all rows: {columns.defaults[START]}"
