"""Builds the marts: python -m db.marts [--from DAY --to DAY]

Without days whatever changed since the last run is rebuilt; with days that range, changed or not.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from db.connection import connect
from fitburn.database import reason

MARTS = ("daily_metrics", "leaderboard_daily", "feature_drift_daily")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of one mart did."""

    mart: str
    days: int
    rows: int
    seconds: float

    def __str__(self) -> str:
        if not self.days:
            return f"{self.mart}: nothing has changed"
        return f"{self.mart}: {self.days:,} days, {self.rows:,} rows in {self.seconds:.1f} s"


Days = Iterable[date]
Progress = Callable[[list[date], str], Days]


def silent(days: list[date], _mart: str) -> Days:
    return days


def refresh(engine: Engine, mart: str, days: list[date], progress: Progress = silent) -> Run:
    """Replace these days of the mart, each in a transaction of its own."""
    statement = text(f"select refresh_{mart}(:day, :day)")
    started = time.monotonic()
    rows = 0
    for day in progress(days, mart):
        with engine.begin() as connection:
            rows += connection.execute(statement, {"day": day}).scalar_one()
    return Run(mart, len(days), rows, time.monotonic() - started)


def refresh_changed(engine: Engine, mart: str, progress: Progress = silent) -> Run:
    """Replace the days that changed since the last run, and note that the mart is up to date."""
    with engine.connect() as connection:
        days = list(connection.execute(text("select changed_days(:mart)"), {"mart": mart}).scalars())
    run = refresh(engine, mart, days, progress)
    with engine.begin() as connection:
        connection.execute(text("select finish_mart_run(:mart, :days)"), {"mart": mart, "days": len(days)})
    return run


def day_range(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def main() -> int:
    asked = _parse(sys.argv[1:])
    engine = connect()
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
    return 0


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
