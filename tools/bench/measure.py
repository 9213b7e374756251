"""The measurements: each takes running sides and returns plain figures for the record."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from tools.bench import load, processes
from tools.bench.members import bodies, draw_members
from tools.bench.pace import post_paced
from tools.bench.sides import Side

Figures = dict[str, Any]

CONNECTIONS = (1, 16, 64, 256)
RATES = (50, 200, 800)
BULK_ITEMS, BULK_CONNECTIONS = 500, 4
PATIENCE_SEC = 300

DRAINED = """
    select count(*), extract(epoch from max(processed_at) - min(processed_at))::float8
    from predictions where processed_at > %s and processed_at <= %s
"""
NOW = "select clock_timestamp()"
ELAPSED = "select extract(epoch from max(processed_at) - %s)::float8 from predictions"
DONE_AT = """
    select workout_id::text, extract(epoch from processed_at)::float8
    from predictions where workout_id = any (%s::uuid[]) and processed_at is not null
"""


def posts(side: Side, file: Path, *, connections: int, seconds: int, items: int = 0) -> Figures:
    """Workouts accepted per second."""
    answers = load.post(side.url, side.key, file, side.offset, connections=connections, seconds=seconds, items=items)
    side.offset += answers.requests * max(1, items)
    return of_answers(answers) | {"per_second": answers.per_second * max(1, items)}


def of_answers(answers: load.Answers) -> Figures:
    return asdict(answers) | {"per_second": answers.per_second}


@contextmanager
def _accounting(side: Side, stack_pids: dict[str, int]) -> Iterator[Figures]:
    """Measures the processor seconds of each process of the side and of the servers within the block."""
    pids = side.pids() | stack_pids
    before = {name: processes.cpu_seconds([pid]) for name, pid in pids.items()}
    taken: Figures = {}
    yield taken
    taken |= {name: processes.cpu_seconds([pid]) - before[name] for name, pid in pids.items()}


def scored_while_posting(side: Side, file: Path, servers: dict[str, int], *, seconds: int) -> Figures:
    """Workouts accepted and scored per second with all processes running, until the backlog is empty."""
    before = side.finished()
    [(started,)] = side.stack.sql(NOW, url=side.database_url)
    with _accounting(side, servers) as cpu:
        answers = posts(side, file, connections=64, seconds=seconds)
        side.wait_until_finished(PATIENCE_SEC)
    [(elapsed,)] = side.stack.sql(ELAPSED, [started], side.database_url)
    scored = side.finished() - before
    return {
        "accepted_per_second": answers["per_second"],
        "scored_per_second": scored / elapsed,
        "seconds": elapsed,
        "workouts": scored,
        "cpu_seconds_per_1000": {name: 1000 * seconds / scored for name, seconds in cpu.items()},
    }


def drain(side: Side, workers: int, backlog: int) -> Figures:
    """Predictions per second of this number of workers on an existing backlog, from the first result to the last."""
    [(since,)] = side.stack.sql(NOW, url=side.database_url)
    side.start_workers(workers)
    side.wait_until_finished(PATIENCE_SEC)
    [(until,)] = side.stack.sql(NOW, url=side.database_url)
    side.stop_workers()
    [(drained, seconds)] = side.stack.sql(DRAINED, [since, until], side.database_url)
    return {"backlog": backlog, "drained": drained, "seconds": seconds, "per_second": drained / seconds}


def post_to_done(side: Side, *, rate: float, seconds: float) -> Figures:
    """Milliseconds from the scheduled time of a workout to its result, at a steady rate."""
    count = int(rate * seconds)
    ready = iter(list(islice(bodies(draw_members(), side.offset), count)))
    side.offset += count
    paced = post_paced(side.url, side.key, ready, rate=rate, seconds=seconds)
    side.wait_until_finished(PATIENCE_SEC)
    ids = [sent.workout_id for sent in paced.accepted]
    done_at = dict(side.stack.sql(DONE_AT, [ids], side.database_url))
    waits = sorted(1000 * (done_at[sent.workout_id] - sent.beat) for sent in paced.accepted)
    return (
        {"rate": rate, "n": len(waits), "refused": paced.refused}
        | _cuts(waits)
        | {"client_late_p99": _cuts(paced.late_ms)["p99"]}
    )


def _cuts(milliseconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(milliseconds, n=100)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
