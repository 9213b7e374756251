"""Builds the marts: python -m db.marts [--from DAY --to DAY]

Without days whatever changed since the last run is rebuilt; with days that range, changed or not. A rebuilt day is
compared with its workouts before it is committed: what is wrong is told and left as it was.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from tqdm import tqdm

from db.connection import connect
from fitburn.database import reason

MOST_FAULTS_NAMED = 5
CHECK = text("select check_mart(:mart, :day, :day)")

MARTS = ("daily_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of one mart did."""

    mart: str
    days: int
    rows: int
    seconds: float
    faults: list[str] = field(default_factory=list)
    """Of days that were left as they were."""

    def __str__(self) -> str:
        if not self.days:
            return f"{self.mart}: nothing has changed"
        return f"{self.mart}: {self.days:,} days, {self.rows:,} rows in {self.seconds:.1f} s"


Days = Iterable[date]
Progress = Callable[[list[date], str], Days]


def silent(days: list[date], _mart: str) -> Days:
    return days


def refresh(engine: Engine, mart: str, days: list[date], progress: Progress = silent) -> Run:
    """Replace these days of the mart and check them, each in a transaction of its own."""
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
    """What the database said is wrong with the day: a check of the mart names each fault, a constraint itself."""
    said: Any = error.orig
    first, *named = str(said.diag.message_primary).splitlines()
    return named or [f"{day}: {first}"]


def refresh_changed(engine: Engine, mart: str, progress: Progress = silent) -> Run:
    """Replace the days that changed since the last run, and note that the mart is up to date, if all of them are."""
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
    asked = _parse(sys.argv[1:])
    engine = connect()
    healthy = True
    for mart in MARTS:
        try:
            if asked.first:
                run = refresh(engine, mart, day_range(asked.first, asked.last), _bar)
            else:
                run = refresh_changed(engine, mart, _bar)
        except DBAPIError as error:
            sys.exit(
                f"{mart} could not be built: {reason(error)}\nAn older schema? `make migrate` brings it up to date."
            )
        print(run)
        if run.faults:
            healthy = False
            print(unhealthy(run), file=sys.stderr)
    return 0 if healthy else 1


def unhealthy(run: Run) -> str:
    """What is wrong, and what to do."""
    named = "".join(f"\n  {fault}" for fault in run.faults[:MOST_FAULTS_NAMED])
    more = f"\n  and {len(run.faults) - MOST_FAULTS_NAMED:,} more" if len(run.faults) > MOST_FAULTS_NAMED else ""
    return (
        f"{run.mart} would not be right, so these days were left as they were:{named}{more}\n"
        "What to do: docs/runbook.md, DagFailed."
    )


def _bar(days: list[date], mart: str) -> Days:
    return tqdm(days, desc=mart, unit=" days", disable=None, leave=False)


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m db.marts", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day, as 2026-01-31")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="last day (the first one)")
    asked = parser.parse_args(words)
    if asked.last and not asked.first:
        parser.error("say where to begin as well: --from DAY")
    asked.last = asked.last or asked.first
    if asked.first and asked.first > asked.last:
        parser.error(f"{asked.first} is after {asked.last}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
