"""A worker that works while a test looks on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from app.worker import Worker


@contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    """The worker at work on a thread; an error that ends it ends the test."""
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(worker.run)
        try:
            yield worker
        finally:
            worker.stop()
        work.result(timeout=60)
