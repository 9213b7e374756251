"""Makes workers, and runs one on a thread during a test."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import Engine

from app.inbox import Inbox
from app.model_loader import Model
from app.sweeping import Sweeper, SweepSchedule
from app.worker import Worker


def make_worker(engine: Engine, model: Model, inbox: Inbox, *, after_sec: float = 30, every_sec: float = 0.2) -> Worker:
    sweeper = Sweeper(engine, model.version, batch_size=100, lease_sec=30)
    return Worker(engine, model, inbox, sweeper, SweepSchedule(every_sec, after_sec))


@contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    """The worker, running on a thread; an error that ends it fails the test."""
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(worker.run)
        try:
            yield worker
        finally:
            worker.stop()
        work.result(timeout=60)
