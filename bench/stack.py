"""Measures the stack that `make up` runs: accepted POST/s, time to done, drain of a backlog, memory. `make bench-stack`

It goes through the stack's doors only: HTTP for the load (wrk), SQL and /proc for what became of it. The figures are of
this machine at this moment, with everything on the same cores, the load generator included.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
import psycopg2
import requests

HERE = Path(__file__).parent
ROOT = HERE.parent
MARK = "FITBURN_STACK"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.stack", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="for each run of POSTs")
    parser.add_argument("--backlog", type=int, default=50_000, help="workouts that one worker drains")
    arguments = parser.parse_args()
    if "FITBURN_API_KEY" not in os.environ:
        sys.exit("Run `make up`, and `. .local/env` in this shell; then this again.")
    with psycopg2.connect(os.environ["DATABASE_URL"]) as database:
        database.autocommit = True
        say("memory at rest, MiB", memory())
        for connections in (1, 16, 64, 64, 64):
            rate, refused = post(connections, arguments.seconds)
            say(f"accepted POST/s at {connections} connections, workers running", f"{rate:.0f} ({refused} refused)")
        wait_until_scored(database)
        say("POST to done at 100 POST/s, ms", paced(database, rate=100, seconds=arguments.seconds))
        with workers_stopped():
            rate, refused = post(64, arguments.seconds)
            say("accepted POST/s at 64 connections, workers stopped", f"{rate:.0f} ({refused} refused)")
            fill(database, arguments.backlog)
        say("drained by one worker, predictions/s", f"{drain(database):.0f}")
        say("workouts in the database", count(database, "true"))
        say("memory afterwards, MiB", memory())


def say(what: str, value: object) -> None:
    print(f"{what:58} {value}", flush=True)


def post(connections: int, seconds: int) -> tuple[float, int]:
    """Requests per second that were answered with 202, and how many were not."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "post.lua")]
    output = subprocess.run([*command, os.environ["FITBURN_API_URL"]], capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output.stdout)[1])  # type: ignore[index]
    refused = int(re.search(r"refused: (\d+)", output.stdout)[1])  # type: ignore[index]
    return rate, refused


def paced(database: Any, rate: int, seconds: int) -> str:
    """Milliseconds from sending a POST to its committed result, at a steady rate over connections that are kept."""
    sent: dict[str, datetime] = {}
    sessions = threading.local()
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=16) as clients:
        for number in range(rate * seconds):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))  # the pace, not a wait for something
            clients.submit(send_one, sessions, number, sent)
    wait_until_scored(database)
    with database.cursor() as cursor:
        cursor.execute(
            "select workout_id::text, processed_at from predictions where workout_id = any (%s::uuid[])", [list(sent)]
        )
        waits = sorted((processed - sent[workout_id]).total_seconds() * 1000 for workout_id, processed in cursor)
    cuts = quantiles(waits, n=100)
    return f"p50 {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f} (n = {len(waits)})"


def send_one(sessions: threading.local, number: int, sent: dict[str, datetime]) -> None:
    workout = {"user_id": f"paced-{number}", "gender": "Female", "age": 34, "height_cm": 170, "weight_kg": 64}
    workout |= {"ts": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "duration_min": 30, "avg_hr": 140}
    headers = {"Authorization": f"Bearer {os.environ['FITBURN_API_KEY']}"}
    if not hasattr(sessions, "http"):
        sessions.http = requests.Session()
    at = datetime.now(UTC)
    answer = sessions.http.post(f"{os.environ['FITBURN_API_URL']}/workouts", json=workout, headers=headers, timeout=30)
    answer.raise_for_status()
    sent[answer.json()["workout_id"]] = at


def fill(database: Any, backlog: int) -> None:
    """Post until so many workouts wait."""
    while count(database, "processed_at is null") < backlog:
        post(64, 5)


def drain(database: Any) -> float:
    """Predictions per second of one worker, from its first result to its last."""
    before = count(database, "processed_at is not null")
    started_at = datetime.now(UTC)
    local("start", "worker-1")
    wait_until_scored(database)
    with database.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from max(processed_at) - min(processed_at)) from predictions where processed_at > %s",
            [started_at],
        )
        seconds = float(cursor.fetchone()[0])
    drained = count(database, "processed_at is not null") - before
    local("start", "worker-2")
    return drained / seconds


@contextmanager
def workers_stopped() -> Iterator[None]:
    for name in ("worker-1", "worker-2"):
        local("stop", name)
    yield


def local(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "local", *words], cwd=ROOT, check=True)


def wait_until_scored(database: Any) -> None:
    while count(database, "processed_at is null"):
        time.sleep(0.2)


def count(database: Any, condition: str) -> int:
    with database.cursor() as cursor:
        cursor.execute(f"select count(*) from predictions where {condition}")
        return int(cursor.fetchone()[0])


def memory() -> str:
    """Resident memory of the API and of each worker."""
    folder = str(Path(os.environ.get("FITBURN_LOCAL_DIR", ROOT / ".local")).resolve())
    sizes = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if process.environ().get(MARK) != folder:
                continue
            if "app.main:app" in words or "app.worker" in words:
                name = "API" if "app.main:app" in words else "worker"
                sizes.append(f"{name} {process.memory_info().rss / 2**20:.0f}")
        except psutil.Error:
            continue
    return ", ".join(sorted(sizes))


if __name__ == "__main__":
    main()
