"""Waiting for something to come true, and doing things at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    """Returns once it holds; an error after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(0.01)


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """What each task gives; all start together, each on a thread."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))
