"""The place of a rejected row in its file, which distinguishes a corrected row from others with the same content."""

from datetime import date, datetime

from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.moments import NotAMomentError, read_start
from fitburn_client.csv_import.survey import start_of
from fitburn_client.csv_import.table import Line, Table
from fitburn_client.csv_import.vocabulary import START, TIME

_MINUTES = "+"
"""Before the minutes of the member's other rows: a corrected row without a time is laid behind them."""


def given_place(line: Line, columns: Columns) -> str:
    """The place that a file of rejects states for a row; the line in files that older versions wrote."""
    cells = columns.own.of_rejects(line.cells)
    return cells.get("place", f"line {cells['line']}" if cells else "")


def place_of(line: Line, table: Table, columns: Columns, ledger: Ledger) -> str:
    """Empty for the only row of its member and start: corrected, it is the same row here and in its file."""
    if columns.own.reject:
        return "" if line.fault else given_place(line, columns)
    place = f"{table.path.name}:{line.number}"
    if line.fault:
        return place
    texts = columns.texts(line.cells)
    if {"user_id", START} <= texts.keys() and ledger.rows_of_start(start_of(columns, line.cells)) == 1:
        return ""
    minutes = ledger.total(texts.get("user_id", ""), _day(texts))
    return f"{place}{_MINUTES}{minutes}" if minutes else place


def identifying(place: str) -> str:
    """The part of a place that belongs to the row's identity."""
    before, _, minutes = place.rpartition(_MINUTES)
    return before if minutes.isdecimal() and before else place


def minutes_of_others(place: str) -> int:
    minutes = place.rpartition(_MINUTES)[2]
    return int(minutes) if minutes.isdecimal() and identifying(place) != place else 0


def _day(texts: dict[str, str]) -> str:
    """The day of a row without a time, as the ledger names it; empty for a row without a start."""
    if START not in texts or TIME in texts:
        return ""
    try:
        value = read_start(texts[START])
    except NotAMomentError:
        return ""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else ""
