"""Waiting for something to come true, timing what must be quick, and doing things at the same moment."""

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
    """What `holds` gives, as soon as it is something. Errors in `passing` count as not yet.

    After so many seconds it fails, and says what was waited for: `what`, or else the code that asks. `tell` adds what
    would help whoever reads that. The limit is for what will never come: let it be long enough for a busy machine.
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
    """Seconds that the quickest of some goes took: the others may have waited for whatever else the machine does."""
    took = []
    for _ in range(times):
        started = time.monotonic()
        work()
        took.append(time.monotonic() - started)
    return min(took)


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """What each task gives; all start together, each on a thread."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))
