"""When a batch of requests starts: the queue between the event loop and the writing thread."""

import threading
from collections import deque
from collections.abc import Sequence
from math import ceil
from typing import Generic, Protocol, TypeVar

from app.http.errors import OverloadedError
from app.settings import GroupCommitSettings

BUSY_REQUESTS = 8
"""A previous batch of at least this many requests means load; below it, a batch never waits."""
LINGER_SEC = 0.003
"""The longest wait under load for the batch to fill."""
FULL_SHARE = 0.75
"""The share of the previous batch's requests that ends the wait."""


class Sized(Protocol):
    @property
    def submissions(self) -> Sequence[object]: ...


R = TypeVar("R", bound=Sized)


class BatchGate(Generic[R]):
    """A bounded queue of requests that the event loop fills and one thread empties, a batch at a time.

    Under load, clients that just got a reply send again immediately, and a commit costs about the same for 5 rows as
    for 50. So after a busy batch the next one waits for requests, but only until FULL_SHARE of the previous number
    have arrived: waiting for the last ones would leave the interpreter idle.
    """

    def __init__(self, settings: GroupCommitSettings) -> None:
        self._max_items = settings.max_items
        self._max_waiting = settings.max_waiting
        self._changed = threading.Condition()
        self._requests: deque[R] = deque()
        self._waiting = 0
        self._enough = 1
        self._closed = False

    def put(self, request: R) -> None:
        """Add a request. Raises OverloadedError when the queue is full or closed."""
        with self._changed:
            if self._closed or self._waiting + len(request.submissions) > self._max_waiting:
                raise OverloadedError("More workouts arrive than can be written now. Try again in a moment.")
            self._requests.append(request)
            self._waiting += len(request.submissions)
            # The thread waits for the first request, then for enough of them.
            if len(self._requests) in (1, self._enough):
                self._changed.notify()

    def close(self) -> None:
        """Refuse new requests; `take` returns the remaining ones without waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def take(self) -> list[R]:
        """The next batch, of at most max_items submissions unless one request alone has more.

        Blocks until a request arrives; empty once the gate is closed and all requests are taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._requests or self._closed)
            self._changed.wait_for(lambda: len(self._requests) >= self._enough or self._closed, LINGER_SEC)
            batch: list[R] = []
            size = 0
            while self._requests and (not batch or size + len(self._requests[0].submissions) <= self._max_items):
                batch.append(self._requests.popleft())
                size += len(batch[-1].submissions)
            self._waiting -= size
            self._enough = ceil(FULL_SHARE * len(batch)) if len(batch) >= BUSY_REQUESTS else 1
            return batch
