"""Helpers for waiting until a condition holds, for timing, and for concurrent calls."""

import inspect
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def until(
    holds: Callable[[], T],
    what: str = "",
    *,
    seconds: float = 60,
    look_again: float = 0.02,
    passing: tuple[type[Exception], ...] = (),
    tell: Callable[[], str] = str,
) -> T:
    """Polls `holds` and returns its first truthy result. Errors in `passing` count as not yet.

    Fails after `seconds` with `what` was waited for, by default the calling code, and with the details of `tell`. The
    limit catches what never happens, so it must be long enough for a busy machine.
    """
    deadline = time.monotonic() + seconds
    while True:
        found: object
        try:
            if found := holds():
                return found
        except passing as error:
            found = error
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what or _code(holds)}\n({found!r})\n{tell()}"
        time.sleep(look_again)


def _code(holds: Callable[[], object]) -> str:
    try:
        return inspect.getsource(holds).strip()
    except (OSError, TypeError):
        return repr(holds)


def quickest(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of some runs: the others may have been slowed down by other processes."""
    took = []
    for _ in range(times):
        started = time.monotonic()
        work()
        took.append(time.monotonic() - started)
    return min(took)


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Results of the tasks, which start at the same moment, each on a thread."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))
