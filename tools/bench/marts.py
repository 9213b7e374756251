"""Measures the marts: python -m tools.bench.marts

Creates two databases on the server of DATABASE_URL, or of `make up`, and drops them again: a long history (1,000,000
workouts in 180 days) and a short one (10,000 in 2 days) whose days have the same size. Refreshes of one changed day
alternate between the two, so that disturbances of the machine affect both.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

import requests
from sqlalchemy import Engine, create_engine, make_url, text

from db.connection import connect, database_url
from db.marts import list_marts, refresh
from fitburn.database import DRIVER
from local import services
from local.ports import free_ports
from local.report import announce
from local.settings import ROOT

UNTIL = "2026-06-24T23:59:59+00:00"
"""The end of a Wednesday: the last two days are then about as large as the mean of all."""
ROUNDS = 15
REQUESTS = 200
API_START_SEC = 60
LONG, SHORT = "long", "short"


@dataclass(frozen=True, slots=True)
class History:
    workouts: int
    days: int
    members: int = 13_000


HISTORIES = {LONG: History(1_000_000, 180), SHORT: History(10_000, 2)}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a history, and its number of workouts."""

    day: date
    workouts: int


def main() -> int:
    argparse.ArgumentParser(prog="python -m tools.bench.marts", description=__doc__).parse_args()
    with ExitStack() as stack:
        urls = {name: stack.enter_context(own_database(name)) for name in HISTORIES}
        engines = {name: create_engine(make_url(url).set(drivername=DRIVER)) for name, url in urls.items()}
        for engine in engines.values():
            stack.callback(engine.dispose)
        for name, history in HISTORIES.items():
            _seed(urls[name], history)
        _rebuild_all(engines)
        _compare_one_day(engines)
        _ask_api(urls[LONG], engines[LONG])
    return 0


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """URL of a migrated database that is dropped at the end."""
    server = connect().execution_options(isolation_level="AUTOCOMMIT")
    database = f"bench_marts_{name}_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"create database {database}"))
    url = make_url(database_url()).set(database=database).render_as_string(hide_password=False)
    try:
        services.migrate({**os.environ, "DATABASE_URL": url})
        yield url
    finally:
        with server.connect() as connection:
            connection.execute(text(f"drop database {database} with (force)"))
        server.dispose()


def _seed(url: str, history: History) -> None:
    size = [f"--workouts={history.workouts}", f"--days={history.days}", f"--members={history.members}"]
    command = [sys.executable, "-m", "db.seed", *size, f"--until={UNTIL}"]
    announce(f"Seeding {history.workouts:,} workouts in {history.days} days …")
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


def _marts_of(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list_marts(connection)


def _rebuild_all(engines: dict[str, Engine]) -> None:
    """Rebuilds every day of every mart, one by one, as `make marts` does."""
    announce("\nRebuilding every day, day by day")
    for name, engine in engines.items():
        days = [day.day for day in _days_of(engine)]
        total = 0.0
        for mart in _marts_of(engine):
            run = refresh(engine, mart, days)
            total += run.seconds
            announce(f"  {name:6} {run}")
        announce(f"  {name:6} all marts, {len(days)} days: {total:.1f} s")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))


def _compare_one_day(engines: dict[str, Engine]) -> None:
    """Refreshes one changed day of the long and of the short history."""
    last = _days_of(engines[SHORT])[-1]
    days = {SHORT: last, LONG: min(_days_of(engines[LONG]), key=lambda day: abs(day.workouts - last.workouts))}
    announce(f"\nRefreshing one day, {ROUNDS} times each in turns, median ms")
    announce(f"  {'':20} {LONG:>10} {SHORT:>10} {'ratio':>8}")
    announce(f"  {'workouts of the day':20} {days[LONG].workouts:>10,} {days[SHORT].workouts:>10,}")
    sums = dict.fromkeys(HISTORIES, 0.0)
    for mart in _marts_of(engines[SHORT]):
        seconds: dict[str, list[float]] = {name: [] for name in HISTORIES}
        for _ in range(ROUNDS):
            for name, engine in engines.items():
                seconds[name].append(refresh(engine, mart, [days[name].day]).seconds)
        medians = {name: 1000 * median(times) for name, times in seconds.items()}
        sums = {name: sums[name] + medians[name] for name in sums}
        announce(f"  {mart:20} {medians[LONG]:>10.1f} {medians[SHORT]:>10.1f} {medians[LONG] / medians[SHORT]:>8.2f}")
    announce(f"  {'all':20} {sums[LONG]:>10.1f} {sums[SHORT]:>10.1f} {sums[LONG] / sums[SHORT]:>8.2f}")


def _days_of(engine: Engine) -> list[Day]:
    with engine.connect() as connection:
        rows = connection.execute(text("select local_day, count(*) from workouts group by 1 order by 1"))
        return [Day(*row) for row in rows]


def _ask_api(url: str, engine: Engine) -> None:
    """Latency of a partner's reads, over one connection."""
    day = _days_of(engine)[-1].day
    with running_api(url) as (address, key), requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {key}"
        board = f"{address}/leaderboard/{day}"
        deep = f"{board}?limit=50&cursor={_cursor_after_pages(session, board, 40)}"
        announce(f"\nAnswers of the API on the long history, {REQUESTS} requests each, ms")
        announce(f"  {'':34} {'p50':>8} {'p95':>8} {'most':>8}")
        for what, where in (
            ("/stats/daily, 50 days", f"{address}/stats/daily?limit=50"),
            ("/stats/daily, 180 days", f"{address}/stats/daily?limit=180"),
            ("/leaderboard, first 50", f"{board}?limit=50"),
            ("/leaderboard, first 200", f"{board}?limit=200"),
            ("/leaderboard, page 41", deep),
        ):
            times = sorted(1000 * _ask(session, where) for _ in range(REQUESTS))
            announce(f"  {what:34} {median(times):>8.1f} {quantiles(times, n=20)[-1]:>8.1f} {times[-1]:>8.1f}")


def _ask(session: requests.Session, where: str) -> float:
    started = time.perf_counter()
    answer = session.get(where, timeout=10)
    seconds = time.perf_counter() - started
    answer.raise_for_status()
    if not answer.json()["items"]:
        raise AssertionError(f"{where} has nothing to say")
    return seconds


def _cursor_after_pages(session: requests.Session, board: str, pages: int) -> str:
    cursor = None
    for _ in range(pages):
        answer = session.get(board, params={"limit": 50, "cursor": cursor}, timeout=10)
        cursor = answer.json()["next_cursor"]
    if cursor is None:
        raise AssertionError(f"{board} has fewer than {pages} pages")
    return str(cursor)


@contextmanager
def running_api(url: str) -> Iterator[tuple[str, str]]:
    """Runs an API on this database; yields its address and a partner key."""
    [port] = free_ports(1)
    secret = secrets.token_urlsafe(32)
    variables = {**os.environ, "DATABASE_URL": url, "RABBITMQ_URL": "", "FITBURN_TOKEN_SECRET": secret}
    variables["FITBURN_LOG_LEVEL"] = "WARNING"
    key = services.make_key(variables, club="main", name="bench", scopes="stats:read")
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "app.main:app",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT / "api", env=variables)
    try:
        is_up, deadline = services.answers(f"{address}/health"), time.monotonic() + API_START_SEC
        while not is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("The API does not start; see above.")
            time.sleep(0.05)
        yield address, key
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
