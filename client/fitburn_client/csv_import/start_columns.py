"""Which columns hold the start: one with day and time, or two, and whether `Time` is a time of day or the duration."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Literal

from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.moments import NotAMomentError, Readings, read_start
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.vocabulary import BLANKS, DURATION, START, TIME

Kind = Literal["day", "moment", "clock", "other"]
Kinds = Mapping[int, Kind]
"""What the cells of each column are, as far as a sample shows."""

_TIME_OR_DURATION = frozenset(normal(name) for name in ("time", "время", "Zeit"))


def kinds_of(rows: Sequence[Sequence[str]]) -> dict[int, Kind]:
    """The kinds of the columns of a sample."""
    columns = zip(*rows, strict=True) if rows else ()
    return {at: kind_of(cells) for at, cells in enumerate(columns)}


def kind_of(cells: Iterable[str]) -> Kind:
    kinds = {_kind(cell) for cell in cells if cell.strip().lower() not in BLANKS}
    if "moment" in kinds:
        return "moment"
    return next(iter(kinds)) if len(kinds) == 1 else "other"


def _kind(cell: str) -> Kind:
    try:
        value = read_start(cell)
    except NotAMomentError:
        return "other"
    if isinstance(value, Readings):
        value = next(iter(value.by_order.values()))
    if isinstance(value, datetime):
        return "moment"
    return "clock" if isinstance(value, time) else "day"


def settle_start(
    header: Sequence[str], candidates: Mapping[str, list[int]], chosen: frozenset[str], kinds: Kinds
) -> dict[str, list[int]]:
    """The candidates, each column for one field only."""
    settled = {name: list(found) for name, found in candidates.items()}
    starts, clocks = settled.get(START, []), settled.get(TIME, [])
    if START not in chosen:
        starts = [at for at in starts if kinds.get(at) != "clock"]
        if any(kinds.get(at) in ("day", "moment") for at in starts):
            clocks = [at for at in clocks if kinds.get(at) == "clock" or TIME in chosen]
    if TIME not in chosen:
        clocks = [at for at in clocks if at not in starts]
        if not settled.get(DURATION) and DURATION not in chosen:
            clocks = _as_duration(header, settled, starts, clocks, kinds)
        if any(kinds.get(at) == "moment" for at in starts) or not starts:
            _refuse_clock_without_day(header, starts, clocks, kinds)
            clocks = []
    return settled | {START: starts, TIME: clocks}


def _as_duration(
    header: Sequence[str], settled: dict[str, list[int]], starts: Sequence[int], clocks: Sequence[int], kinds: Kinds
) -> list[int]:
    """Use a column `Time` as the duration where it cannot be the time of day; the other clocks remain."""
    either = [at for at in clocks if normal(header[at]) in _TIME_OR_DURATION]
    if len(either) == 1 and starts and all(kinds.get(at) == "day" for at in starts):
        name = header[either[0]]
        raise CsvImportError(
            f"column {name!r} (#{either[0] + 1}) may be the time of day or the duration: "
            f'write --map "{TIME}={name}" and a column for {DURATION}, or --map "{DURATION}={name}"'
        )
    if either:
        settled[DURATION] = either
    return [at for at in clocks if at not in either]


def _refuse_clock_without_day(
    header: Sequence[str], starts: Sequence[int], clocks: Sequence[int], kinds: Kinds
) -> None:
    found = [at for at in clocks if kinds.get(at) == "clock"]
    if found and not starts:
        raise CsvImportError(
            f"column {header[found[0]]!r} (#{found[0] + 1}) has times of day, and no column has the day: name one with "
            f"--map {START}=COLUMN, or ignore the times with --map {TIME}="
        )
