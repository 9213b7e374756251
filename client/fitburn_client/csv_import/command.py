"""`fitburn import`: wires the parts together, with a progress bar and exit codes."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tqdm import tqdm

from fitburn_client.client import FitBurn
from fitburn_client.csv_import.columns import ALIASES, Columns, column_index, match_columns
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.outcomes import outcomes
from fitburn_client.csv_import.reports import RejectsReport, Report, ScoredReport
from fitburn_client.csv_import.rows import Calendar, read_rows
from fitburn_client.csv_import.summary import Summary
from fitburn_client.csv_import.table import CsvImportError, Table, open_table
from fitburn_client.errors import FitBurnError

ALL_FINE, SOME_REJECTED, COULD_NOT_RUN = 0, 1, 2
INTERRUPTED = 130

HOW_TO_RESUME = "To go on, run the same command again: nothing is doubled."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV file with a header line")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write all rows here, with calories and points")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write rejected rows here, with line and reason")
    parser.add_argument(
        "--map", action="append", default=[], type=_pair, metavar="FIELD=COLUMN", help="which column holds a field"
    )
    parser.add_argument(
        "--default", action="append", default=[], type=_pair, metavar="FIELD=VALUE", help="value where a row has none"
    )
    parser.add_argument("--group-by", metavar="COLUMN", help="split the accuracy by the values of this column")
    parser.add_argument(
        "--start",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="a file without times: its workouts end before this day, UTC (default: the day the file was changed)",
    )
    parser.add_argument("--timezone", default="UTC", metavar="ZONE", help="zone of times without an offset (UTC)")
    parser.add_argument("--delimiter", type=_character, metavar="CHAR", help="between the cells (default: detected)")
    parser.add_argument(
        "--wait",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="give up on scoring after this long without any (60)",
    )


EPILOG = (
    "Fields and the column names that are recognised, in any case:\n"
    + "\n".join(f"  {field:<18} {', '.join((field, *names))}" for field, names in ALIASES.items())
    + "\n\nUse --map FIELD= to ignore a column that would be found. Exit code: 0 all rows accepted, 1 some rejected,"
    "\n2 could not run. Every row carries a key made of its content: a second run doubles nothing."
)


def run(client: FitBurn, args: argparse.Namespace) -> int:
    """Import the file; returns the exit code."""
    table = open_table(args.file, args.delimiter)
    columns = match_columns(table.header, dict(args.map), dict(args.default))
    group = column_index(table.header, args.group_by) if args.group_by else None
    calendar = _calendar(args)
    _refuse_same_file(args)
    _announce(table, columns, calendar)
    summary = Summary(group)
    started = time.monotonic()
    try:
        with Ledger() as ledger, _reports(args, table) as reports:
            rows = read_rows(table, columns, calendar, ledger)
            results = outcomes(client, rows, args.wait)
            for outcome in tqdm(results, total=table.row_estimate, unit=" rows", disable=None, leave=False):
                summary.add(outcome)
                for report in reports:
                    report.add(outcome)
    except (FitBurnError, KeyboardInterrupt) as error:
        stopped = isinstance(error, KeyboardInterrupt)
        reason = "interrupted" if stopped else str(error)
        print(f"\nfitburn: stopped after {summary.rows:,} rows: {reason}\n{HOW_TO_RESUME}", file=sys.stderr)
        return INTERRUPTED if stopped else COULD_NOT_RUN
    print(f"{args.file.name}: {summary.rows:,} rows in {time.monotonic() - started:.1f} s")
    print("\n".join(summary.lines()))
    return SOME_REJECTED if summary.rejected else ALL_FINE


@contextmanager
def _reports(args: argparse.Namespace, table: Table) -> Iterator[list[Report]]:
    with ExitStack() as stack:
        reports = ((args.out, ScoredReport), (args.rejects, RejectsReport))
        yield [stack.enter_context(report(path, table)) for path, report in reports if path]


def _calendar(args: argparse.Namespace) -> Calendar:
    try:
        zone = ZoneInfo(args.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CsvImportError(f"{args.timezone!r} is no time zone; give one such as Europe/Madrid") from None
    changed = datetime.fromtimestamp(args.file.stat().st_mtime, UTC).date()
    return Calendar(zone, args.start or changed, end_day_given=args.start is not None)


def _refuse_same_file(args: argparse.Namespace) -> None:
    paths = [path.resolve() for path in (args.file, args.out, args.rejects) if path]
    if len(set(paths)) < len(paths):
        raise CsvImportError("the file, --out and --rejects must be different files")


def _announce(table: Table, columns: Columns, calendar: Calendar) -> None:
    """Print which column is used for which field, so that a wrong guess is noticed."""
    used = ", ".join(
        field if table.header[at] == field else f"{field} from {table.header[at]!r}"
        for field, at in columns.index.items()
    )
    print(f"columns: {used}")
    if columns.defaults:
        print("where missing: " + ", ".join(f"{field} {value!r}" for field, value in columns.defaults.items()))
    if not columns.has_ts:
        print(f"no times in the file: each member's workouts are laid one after the other, before {calendar.end_day}")
    if table.encoding == "cp1252":
        print("the file is not UTF-8: read as Windows-1252")


def _character(text: str) -> str:
    if len(text) != 1:
        raise argparse.ArgumentTypeError(f"{text!r}: write one character")
    return text


def _pair(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r}: write FIELD=VALUE")
    return field.strip(), value
