"""Group commit: many requests, one transaction.

Requests hand in their submissions and wait. A dedicated thread takes the requests that have gathered, writes them with
one multi-row statement that commits on its own (and a few more for new members and replays), and answers each request
with its outcomes. While one batch is written the next one gathers, so batches grow with the load.

It is a thread with psycopg2 and not a coroutine: one blocking connection costs less processor time per batch than
asynchronous I/O (docs/decisions/0011).
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeGuard, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.accepting import metrics
from app.accepting.batch_gate import BatchGate
from app.accepting.submissions import AcceptedJob, Outcome, Submission
from app.accepting.wake_up import WakeUp
from app.accepting.writing import SubmissionWriter
from app.http.errors import DatabaseAwayError, NotWritableError
from app.settings import GroupCommitSettings
from fitburn import logs
from fitburn.database import is_transient, reason

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Request:
    submissions: Sequence[Submission]
    answer: asyncio.Future[list[Outcome]]
    request_id: str | None


_RequestResult = list[Outcome] | Exception
_ItemResult = Outcome | DatabaseAwayError | None
_Write = Callable[[Connection, Sequence[Submission]], Sequence[Outcome | None]]


class GroupCommit:
    """Accepts submissions on the event loop and writes them on a thread, over a connection in autocommit."""

    def __init__(self, engine: Engine, wake_up: WakeUp, settings: GroupCommitSettings) -> None:
        self._engine = engine
        self._wake_up = wake_up
        self._writer = SubmissionWriter(wake_up.channel)
        self._gate: BatchGate[_Request] = BatchGate(settings)
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Write what has been handed in, end the thread and close the connection."""
        self._gate.close()
        self._thread.join()
        self._engine.dispose()

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """The outcome of each submission, in order, once they are committed.

        Raises OverloadedError before memory grows, and DatabaseAwayError when it is unknown whether they were
        written: a retry with the same idempotency key settles it.
        """
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._gate.put(_Request(submissions, answer, logs.request_id.get()))
        return await answer

    def _run(self) -> None:
        assert self._loop is not None
        while batch := self._gate.take():
            results = self._write(batch)
            self._loop.call_soon_threadsafe(self._answer, batch, results)

    def _write(self, batch: Sequence[_Request]) -> list[_RequestResult]:
        """A result for each request: its outcomes, or the error that stopped it."""
        submissions = [submission for request in batch for submission in request.submissions]
        metrics.GROUP_COMMIT_SIZE.observe(len(submissions))
        try:
            results = self._write_or_report_outage(submissions, self._writer.accept_known)
            # What was accepted is committed, even if the others fail.
            others = [n for n, result in enumerate(results) if result is None]
            if others:
                written = self._write_or_report_outage([submissions[n] for n in others], self._writer.write_others)
                for n, result in zip(others, written, strict=True):
                    results[n] = result
        except Exception as error:
            # The thread must survive any batch; each request reports the error as its own.
            log.exception("group commit failed")
            return [error] * len(batch)
        return _split_by_request(batch, results)

    def _write_or_report_outage(self, submissions: Sequence[Submission], write: _Write) -> list[_ItemResult]:
        try:
            return self._write_bisecting(submissions, write)
        except (DBAPIError, PoolTimeoutError) as error:
            log.warning("database away", extra={"reason": reason(error)})
            return [DatabaseAwayError("The database cannot be reached. Try again in a moment.")] * len(submissions)

    def _write_bisecting(self, submissions: Sequence[Submission], write: _Write) -> list[_ItemResult]:
        """Write all in one go; if the database refuses a row, bisect the batch to isolate it."""
        try:
            with self._engine.connect() as connection:
                return [*write(connection, submissions)]
        except DBAPIError as error:
            if is_transient(error):
                raise
            if len(submissions) == 1:
                log.warning("row refused", extra={"sqlstate": getattr(error.orig, "pgcode", None)})
                return [NotWritableError("The database refuses this workout.")]
        middle = len(submissions) // 2
        return self._write_bisecting(submissions[:middle], write) + self._write_bisecting(submissions[middle:], write)

    def _answer(self, batch: Sequence[_Request], results: Sequence[_RequestResult]) -> None:
        """On the event loop: answer all requests first, then wake the workers."""
        fresh: list[tuple[str | None, AcceptedJob]] = []
        for request, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                if not request.answer.done():
                    request.answer.set_exception(result)
                continue
            if not request.answer.done():
                request.answer.set_result(result)
            fresh += [(request.request_id, item) for item in result if _is_fresh(item)]
        if fresh:
            log.info("workouts accepted", extra={"requests": [(name, item.workout_id) for name, item in fresh]})
            self._wake_up.call([item for _, item in fresh])


def _is_fresh(outcome: Outcome) -> TypeGuard[AcceptedJob]:
    return isinstance(outcome, AcceptedJob) and not outcome.replayed


def _split_by_request(batch: Sequence[_Request], results: Sequence[_ItemResult]) -> list[_RequestResult]:
    """The outcomes of each request.

    If the fate of any of its submissions is unknown, the whole request fails with DatabaseAwayError and must be
    retried.
    """
    by_request: list[_RequestResult] = []
    start = 0
    for request in batch:
        own = results[start : start + len(request.submissions)]
        start += len(own)
        away = next((result for result in own if isinstance(result, DatabaseAwayError)), None)
        by_request.append(away or [cast(Outcome, result) for result in own])
    return by_request
