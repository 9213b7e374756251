"""Many requests, one transaction.

Requests hand in their submissions and wait. A thread of its own takes whatever has come together, writes it with one
multi-row statement that commits by itself (and some more for new members and retries), and gives each request its own
outcomes. While one batch is written, the next one gathers, so batches grow by themselves with the load.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.accepting import metrics
from app.accepting.submissions import Accepted, Outcome, Submission
from app.accepting.wake_up import WakeUp
from app.accepting.writing import accept_known, write_others
from app.http.errors import DatabaseAwayError, NotWritableError, OverloadedError
from app.settings import GroupCommitSettings
from fitburn import logs
from fitburn.database import is_transient, reason

log = logging.getLogger(__name__)

BUSY_SIZE = 8
LINGER_SEC = 0.003
ENOUGH = 0.75
"""After a batch of BUSY_SIZE requests or more the next one gathers for LINGER_SEC: those who were just answered are
about to ask again, and a transaction costs about as much for five workouts as for fifty. It begins at once with ENOUGH
of as many as the last one had: whoever waits for the rest leaves the interpreter with nothing to do. Few never wait."""


@dataclass(slots=True)
class _Request:
    submissions: Sequence[Submission]
    answer: asyncio.Future[list[Outcome]]
    request_id: str | None


_Result = list[Outcome] | Exception
_Attempt = Outcome | DatabaseAwayError | None
_Write = Callable[[Connection, Sequence[Submission], str | None], Sequence[Outcome | None]]


class GroupCommit:
    """Accepts submissions on the event loop and writes them on a thread, over a connection that commits by itself."""

    def __init__(self, engine: Engine, wake_up: WakeUp, settings: GroupCommitSettings) -> None:
        self._engine = engine
        self._wake_up = wake_up
        self._settings = settings
        self._gate = threading.Condition()
        self._requests: deque[_Request] = deque()
        self._waiting = 0
        self._stopping = False
        self._enough = 1
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Writes what has been handed in and ends the thread."""
        with self._gate:
            self._stopping = True
            self._gate.notify()
        self._thread.join()

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """The outcome of each submission, in order, once they are committed.

        Raises OverloadedError before memory grows, and DatabaseAwayError when it is unknown whether they were
        written: a retry with the same idempotency key settles it.
        """
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        with self._gate:
            if self._stopping or self._waiting + len(submissions) > self._settings.max_waiting:
                raise OverloadedError("More workouts arrive than can be written now. Try again in a moment.")
            self._requests.append(_Request(submissions, answer, logs.request_id.get()))
            self._waiting += len(submissions)
            if len(self._requests) in (1, self._enough):
                self._gate.notify()
        return await answer

    def _run(self) -> None:
        while batch := self._next_batch():
            results = self._write(batch)
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._answer, batch, results)

    def _next_batch(self) -> list[_Request]:
        """Whatever has come together, up to the limit; empty when stopping and nothing is left."""
        with self._gate:
            self._gate.wait_for(lambda: self._requests or self._stopping)
            self._gate.wait_for(lambda: len(self._requests) >= self._enough or self._stopping, LINGER_SEC)
            batch: list[_Request] = []
            size = 0
            while self._requests and (
                not batch or size + len(self._requests[0].submissions) <= self._settings.max_items
            ):
                batch.append(self._requests.popleft())
                size += len(batch[-1].submissions)
            self._waiting -= size
            self._enough = ceil(ENOUGH * len(batch)) if len(batch) >= BUSY_SIZE else 1
            return batch

    def _write(self, batch: Sequence[_Request]) -> list[_Result]:
        """A result for each request: its outcomes, or the error that stopped it."""
        submissions = [item for request in batch for item in request.submissions]
        metrics.GROUP_COMMIT_SIZE.observe(len(submissions))
        try:
            outcomes = self._or_the_error(submissions, accept_known)
            # What was accepted is committed, whatever becomes of the others.
            left = [n for n, outcome in enumerate(outcomes) if outcome is None]
            others = self._or_the_error([submissions[n] for n in left], write_others) if left else []
        except Exception as error:
            # The thread has to survive whatever a batch holds; each request reports it as its own.
            log.exception("group commit failed")
            return [error] * len(batch)
        for n, outcome in zip(left, others, strict=True):
            outcomes[n] = outcome
        return _share_out(batch, outcomes)

    def _or_the_error(self, submissions: Sequence[Submission], write: _Write) -> list[_Attempt]:
        try:
            return self._or_in_halves(submissions, write)
        except (DBAPIError, PoolTimeoutError) as error:
            log.warning("database away", extra={"reason": reason(error)})
            return [DatabaseAwayError("The database cannot be reached. Try again in a moment.")] * len(submissions)

    def _or_in_halves(self, submissions: Sequence[Submission], write: _Write) -> list[_Attempt]:
        """Everything passes at once, unless the database refuses a row: then halves find the bad one."""
        try:
            with self._engine.connect() as connection:
                return [*write(connection, submissions, self._wake_up.channel)]
        except DBAPIError as error:
            if is_transient(error):
                raise
            if len(submissions) == 1:
                log.warning("row refused", extra={"sqlstate": getattr(error.orig, "pgcode", None)})
                return [NotWritableError("The database refuses this workout.")]
        middle = len(submissions) // 2
        return self._or_in_halves(submissions[:middle], write) + self._or_in_halves(submissions[middle:], write)

    def _answer(self, batch: Sequence[_Request], results: Sequence[_Result]) -> None:
        """On the event loop: answer everybody first, then wake the workers."""
        fresh: list[tuple[str | None, Accepted]] = []
        for request, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                if not request.answer.done():
                    request.answer.set_exception(result)
                continue
            if not request.answer.done():
                request.answer.set_result(result)
            fresh += [(request.request_id, item) for item in result if isinstance(item, Accepted) and not item.replayed]
        if fresh:
            log.info("workouts accepted", extra={"requests": [(name, item.workout_id) for name, item in fresh]})
            self._wake_up.call([item for _, item in fresh])


def _share_out(batch: Sequence[_Request], outcomes: Sequence[_Attempt]) -> list[_Result]:
    """Each request's own. One of whose workouts nobody knows what became is to be sent again as a whole."""
    shares: list[_Result] = []
    start = 0
    for request in batch:
        own = outcomes[start : start + len(request.submissions)]
        start += len(own)
        away = next((outcome for outcome in own if isinstance(outcome, DatabaseAwayError)), None)
        shares.append(away or [cast(Outcome, outcome) for outcome in own])
    return shares
