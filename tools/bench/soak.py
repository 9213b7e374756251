"""Memory over many workouts: does any process leak?"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.bench import measure, processes
from tools.bench.sides import Side

SAMPLE_SEC = 1.0
SPELL_SEC = 4
PATIENCE_SEC = 300


def memory(side: Side) -> dict[str, float]:
    """MiB of each process."""
    return {name: processes.resident_mib(pid) for name, pid in side.pids().items()}


def soak(side: Side, file: Path, workouts: int) -> dict[str, Any]:
    """MiB of each process while `count` workouts are sent, one by one and in bulk, and scored."""
    before = side.finished()
    with _sampled(side, before) as samples:
        while side.finished() - before < workouts:
            measure.posts(side, file, connections=64, seconds=SPELL_SEC)
            measure.posts(side, file, connections=2, seconds=SPELL_SEC, items=measure.BULK_ITEMS)
            # Stays below the API's limit of the backlog, so that no request is refused.
            side.wait_until_finished(PATIENCE_SEC)
    return {"workouts": side.finished() - before, "samples": samples, "growth": _growth(samples, workouts)}


def _growth(samples: list[dict[str, float]], workouts: int) -> dict[str, float]:
    """Relative growth of each process while the second half was scored; 0.1 is 10 %."""
    middle = next(sample for sample in samples if sample["workouts"] >= workouts / 2)
    return {name: samples[-1][name] / middle[name] - 1 for name in middle if name not in ("workouts", "seconds")}


@contextmanager
def _sampled(side: Side, before: int) -> Iterator[list[dict[str, float]]]:
    samples: list[dict[str, float]] = []
    ended = threading.Event()
    started = time.monotonic()

    def sample() -> None:
        while True:
            done = side.finished() - before
            samples.append({"workouts": done, "seconds": time.monotonic() - started} | memory(side))
            if ended.wait(SAMPLE_SEC):
                return

    thread = threading.Thread(target=sample, name="memory")
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()
        done = side.finished() - before
        samples.append({"workouts": done, "seconds": time.monotonic() - started} | memory(side))
