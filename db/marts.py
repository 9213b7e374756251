"""Builds the marts: python -m db.marts [--from DAY --to DAY]

Without arguments it rebuilds the days that changed since the last run; with a range, these days whether changed or not.
A rebuilt day is compared with its workouts before it is committed; a wrong one is reported and keeps its last rows.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from tqdm import tqdm

from db.connection import connect
from fitburn.database import reason

MOST_FAULTS_NAMED = 5
CHECK = text("select check_mart(:mart, :day, :day)")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of one mart did."""

    mart: str
    days: int
    rows: int
    seconds: float
    faults: list[str] = field(default_factory=list)
    """Of days that kept their last rows."""

    def __str__(self) -> str:
        if not self.days:
            return f"{self.mart}: nothing has changed"
        return f"{self.mart}: {self.days:,} days, {self.rows:,} rows in {self.seconds:.1f} s"


def list_marts(connection: Connection) -> list[str]:
    """The marts that have runs, in the order in which they are built."""
    return list(connection.execute(text("select unnest(marts())")).scalars())


Days = Iterable[date]
Progress = Callable[[list[date], str], Days]


def silent(days: list[date], _mart: str) -> Days:
    return days


def refresh(engine: Engine, mart: str, days: list[date], progress: Progress = silent) -> Run:
    """Replace and check these days of the mart, each in a separate transaction."""
    started = time.monotonic()
    rows, faults = 0, []
    for day in progress(days, mart):
        try:
            with engine.begin() as connection:
                rows += connection.execute(text(f"select refresh_{mart}(:day, :day)"), {"day": day}).scalar_one()
                connection.execute(CHECK, {"mart": mart, "day": day})
        except IntegrityError as error:
            faults += _faults(day, error)
    return Run(mart, len(days), rows, time.monotonic() - started, faults)


def _faults(day: date, error: IntegrityError) -> list[str]:
    """One line per fault that the mart's check names, or the message of the constraint that failed."""
    original: Any = error.orig
    first, *named = str(original.diag.message_primary).splitlines()
    return named or [f"{day}: {first}"]


def refresh_changed(engine: Engine, mart: str, progress: Progress = silent) -> Run:
    """Replace the days that changed since the last run; record the run if all of them are right."""
    with engine.connect() as connection:
        days = list(connection.execute(text("select changed_days(:mart)"), {"mart": mart}).scalars())
    run = refresh(engine, mart, days, progress)
    if not run.faults:
        with engine.begin() as connection:
            connection.execute(text("select finish_mart_run(:mart, :days)"), {"mart": mart, "days": len(days)})
    return run


def day_range(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def main() -> int:
    args = _parse(sys.argv[1:])
    engine = connect()
    try:
        with engine.connect() as connection:
            marts = list_marts(connection)
        healthy = [_build(engine, mart, args) for mart in marts]
    except DBAPIError as error:
        sys.exit(f"Not built: {reason(error)}\nAn older schema? `make migrate` brings it up to date.")
    return 0 if all(healthy) else 1


def _build(engine: Engine, mart: str, args: argparse.Namespace) -> bool:
    """Build a mart, print what happened, and return whether every day is right."""
    if args.first:
        run = refresh(engine, mart, day_range(args.first, args.last), _bar)
    else:
        run = refresh_changed(engine, mart, _bar)
    print(run)
    if run.faults:
        print(unhealthy(run), file=sys.stderr)
    return not run.faults


def unhealthy(run: Run) -> str:
    """The faults and what to do about them."""
    named = "".join(f"\n  {fault}" for fault in run.faults[:MOST_FAULTS_NAMED])
    more = f"\n  and {len(run.faults) - MOST_FAULTS_NAMED:,} more" if len(run.faults) > MOST_FAULTS_NAMED else ""
    return (
        f"{run.mart} would not be right, so these days were left as they were:{named}{more}\n"
        "What to do: docs/runbook.md, DagFailed."
    )


def _bar(days: list[date], mart: str) -> Days:
    return tqdm(days, desc=mart, unit=" days", disable=None, leave=False)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m db.marts", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day, as 2026-01-31")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="last day (the first one)")
    args = parser.parse_args(arguments)
    if args.last and not args.first:
        parser.error("say where to begin as well: --from DAY")
    args.last = args.last or args.first
    if args.first and args.first > args.last:
        parser.error(f"{args.first} is after {args.last}")
    return args


if __name__ == "__main__":
    sys.exit(main())
