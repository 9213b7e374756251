"""Members who log workouts, also continuously while the stack is broken."""

import random
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from patience import until
from running import RunningStack

from fitburn_client import FitBurn, Workout

RETRY_SEC = 60.0
TYPES = ("running", "rowing", "strength", "yoga")


def workout(user_id: str, **changes: Any) -> Workout:
    """A workout of the last days. Two of the same member may overlap."""
    start = datetime.now(UTC) - timedelta(minutes=random.randint(60, 6 * 24 * 60))
    profile = {"gender": "Female", "age": 34, "height_cm": 168, "weight_kg": 62}
    effort = {"duration_min": random.randint(20, 90), "avg_hr": 135, "workout_type": random.choice(TYPES)}
    return Workout(**{"user_id": user_id, "ts": start, **profile, **effort, **changes})


def new_member() -> str:
    return f"member-{uuid.uuid4().hex[:12]}"


def submit_bulk(stack: RunningStack, count: int) -> dict[str, str]:
    """Submits `count` workouts of a few members in one request; returns ids by idempotency key."""
    members = [new_member() for _ in range(max(1, count // 10))]
    items = [(workout(random.choice(members)), uuid.uuid4().hex) for _ in range(count)]
    with FitBurn(stack.api_url, stack.api_key, retry_for=RETRY_SEC) as api:
        results = list(api.workouts.submit_bulk(items))
    assert all(result.accepted for result in results), [r.error for r in results if not r.accepted][:3]
    return {result.idempotency_key: str(result.workout_id) for result in results}


class Flow:
    """Threads that log one workout after the other and retry each, under its key, until it is answered."""

    def __init__(self, stack: RunningStack, threads: int = 2) -> None:
        self.accepted: dict[str, str] = {}
        self._stack = stack
        self._members = [new_member() for _ in range(40)]
        self._pool = ThreadPoolExecutor(threads)
        self._ended = threading.Event()
        self._threads = threads
        self._work: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._work = [self._pool.submit(self._log) for _ in range(self._threads)]
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._pool.shutdown()
        for work in self._work:
            work.result()

    def goes_on(self, workouts: int = 100) -> None:
        """Returns when so many more were accepted."""
        enough = len(self.accepted) + workouts
        until(lambda: len(self.accepted) >= enough or any(work.done() for work in self._work))

    def _log(self) -> None:
        with FitBurn(self._stack.api_url, self._stack.api_key, retry_for=RETRY_SEC, timeout=15) as api:
            while not self._ended.is_set():
                key = uuid.uuid4().hex
                self.accepted[key] = api.workouts.submit(workout(random.choice(self._members)), key).workout_id
