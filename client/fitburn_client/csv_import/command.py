"""`fitburn import`: wires the parts together, with a plan, a progress bar and exit codes."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tqdm import tqdm

from fitburn_client.client import FitBurn
from fitburn_client.csv_import.columns import Columns, column_index, match_columns
from fitburn_client.csv_import.conventions import settle
from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.options import types_of, units_of
from fitburn_client.csv_import.outcomes import outcomes
from fitburn_client.csv_import.plan import Plan
from fitburn_client.csv_import.reports import RejectsReport, Report, ScoredReport
from fitburn_client.csv_import.rows import Calendar, Reading, read_rows, rehearse
from fitburn_client.csv_import.start_columns import kinds_of
from fitburn_client.csv_import.summary import Summary
from fitburn_client.csv_import.survey import Survey, survey_rows
from fitburn_client.csv_import.table import Table, head, open_table
from fitburn_client.errors import FitBurnError, NotFoundError

ALL_FINE, SOME_REJECTED, COULD_NOT_RUN = 0, 1, 2
INTERRUPTED = 130
SAMPLE_ROWS = 200
SILENT_SEC = 1.0

HOW_TO_RESUME = "To go on, run the same command again: nothing is doubled."


def run(client: FitBurn, args: argparse.Namespace) -> int:
    """Print the plan of each file, ask, import; returns the greatest exit code."""
    _refuse_same_file(args)
    with ExitStack() as stack:
        ledgers = [stack.enter_context(Ledger()) for _ in args.files]
        plans = [_plan(client, path, args, ledger) for path, ledger in zip(args.files, ledgers, strict=True)]
        groups = [column_index(plan.reading.table.header, args.group_by) if args.group_by else None for plan in plans]
        print("\n".join(line for plan in plans for line in plan.lines()), flush=True)
        if not _confirmed(plans, args):
            print("fitburn: nothing was sent", file=sys.stderr)
            return COULD_NOT_RUN
        code = ALL_FINE
        for plan, ledger, group in zip(plans, ledgers, groups, strict=True):
            code = max(code, _import(client, plan, ledger, args, Summary(group)))
            if code >= COULD_NOT_RUN:
                break
        return code


def _plan(client: FitBurn, path: Path, args: argparse.Namespace, ledger: Ledger) -> Plan:
    """The first pass over a file. CsvImportError if it may mean two things."""
    types = types_of(args)
    table = open_table(path, args.delimiter, args.encoding)
    columns = _columns(client, table, args)
    lines = tqdm(
        table.lines(), total=table.row_estimate, unit=" rows", desc="reading", disable=None, leave=False,
        delay=SILENT_SEC,
    )  # fmt: skip
    survey = survey_rows(lines, columns, types, ledger)
    conventions = settle(survey, table.header, columns, decimal=args.decimal, order=args.date_order, types=types)
    zone, reason = _zone(client, args, columns, survey)
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    calendar = Calendar(zone, args.start or changed, end_day_given=args.start is not None)
    return Plan(Reading(table, columns, conventions, calendar), survey, reason)


def _columns(client: FitBurn, table: Table, args: argparse.Namespace) -> Columns:
    """The columns; rows without a member belong to the member whose token it is."""
    kinds = kinds_of([line.cells for line in head(table, SAMPLE_ROWS)])
    defaults = dict(args.default)
    if not client.has_partner_key and "user_id" not in defaults:
        defaults["user_id"] = client.me.get().user_id
    return match_columns(table.header, dict(args.map), defaults, units_of(args), kinds)


def _zone(client: FitBurn, args: argparse.Namespace, columns: Columns, survey: Survey) -> tuple[ZoneInfo, str]:
    """The zone of times without an offset, and why."""
    if args.timezone:
        return _zone_of(args.timezone), "as given"
    if columns.program and columns.program.utc:
        return ZoneInfo("UTC"), f"as {columns.program.title} writes it; --timezone overrides"
    if not survey.local_time:
        return ZoneInfo("UTC"), ""
    try:
        return _zone_of(client.club.get().time_zone), "the club's zone; --timezone overrides"
    except NotFoundError:
        raise CsvImportError(
            "the file has times without an offset, and this API does not name the club's zone: add --timezone ZONE"
        ) from None


def _zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CsvImportError(f"{name!r} is no time zone; give one such as --timezone Europe/Madrid") from None


def _confirmed(plans: Sequence[Plan], args: argparse.Namespace) -> bool:
    """Ask on a terminal; a script's file has one reading only, or it was refused before."""
    if args.yes or not sys.stdin.isatty():
        return True
    rows = sum(plan.survey.rows for plan in plans)
    return input(f"Send {rows:,} rows? [y/N] ").strip().casefold() in ("y", "yes", "д", "да", "j", "ja")


def _import(client: FitBurn, plan: Plan, ledger: Ledger, args: argparse.Namespace, summary: Summary) -> int:
    """The second pass: send the rows and write the reports; returns the exit code."""
    started, reading, table = time.monotonic(), plan.reading, plan.reading.table
    if args.rejects and plan.survey.untimed:
        rehearse(reading, ledger)
    try:
        with _reports(args, table) as reports:
            results = outcomes(client, read_rows(reading, ledger), args.wait)
            for outcome in tqdm(results, total=table.row_estimate, unit=" rows", disable=None, leave=False):
                summary.add(outcome)
                for report in reports:
                    report.add(outcome)
    except (FitBurnError, KeyboardInterrupt) as error:
        stopped = isinstance(error, KeyboardInterrupt)
        reason = "interrupted" if stopped else str(error)
        print(f"\nfitburn: stopped after {summary.rows:,} rows: {reason}\n{HOW_TO_RESUME}", file=sys.stderr)
        return INTERRUPTED if stopped else COULD_NOT_RUN
    print(f"{table.path.name}: {summary.rows:,} rows in {time.monotonic() - started:.1f} s")
    print("\n".join(summary.lines()))
    return SOME_REJECTED if summary.rejected else ALL_FINE


@contextmanager
def _reports(args: argparse.Namespace, table: Table) -> Iterator[list[Report]]:
    with ExitStack() as stack:
        reports = ((args.out, ScoredReport), (args.rejects, RejectsReport))
        yield [stack.enter_context(report(path, table)) for path, report in reports if path]


def _refuse_same_file(args: argparse.Namespace) -> None:
    if len(args.files) > 1 and (args.out or args.rejects):
        raise CsvImportError("--out and --rejects take one file: import the files one by one")
    paths = [path.resolve() for path in (*args.files, args.out, args.rejects) if path]
    if len(set(paths)) < len(paths):
        raise CsvImportError("the file, --out and --rejects must be different files")
