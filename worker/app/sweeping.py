"""Recovers jobs whose wake-up message was lost: pending rows that are older than any message should be."""

import logging
import math
import time
from collections.abc import Callable

from sqlalchemy import Engine

from app import db, metrics
from app.scoring import give_up
from fitburn.messages import ScoreRequest
from fitburn.predictions import ErrorCode

log = logging.getLogger(__name__)

BROKER_AWAY_SEC = 1.0
"""Longest pause between sweeps, and age of a row to sweep, while rows are committed without a wake-up message."""


class SweepSchedule:
    """When to sweep, and from which age on a pending row counts as forgotten.

    While the broker is away, and for `after_sec` from then on, the API accepts workouts whose wake-up messages get
    lost: sweeps are then frequent and take young rows too.
    """

    def __init__(self, every_sec: float, after_sec: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_sec = every_sec
        self._after_sec = after_sec
        self._clock = clock
        self._broker_away_at = -math.inf
        self.next_at = clock()
        """Time of the next sweep, by the clock."""

    @property
    def due(self) -> bool:
        return self._clock() >= self.next_at

    @property
    def after_sec(self) -> float:
        """A row that has been pending for longer is swept."""
        return min(self._after_sec, BROKER_AWAY_SEC) if self._messages_get_lost else self._after_sec

    def swept(self, *, found_rows: bool, busy: bool) -> None:
        """Schedule the next sweep after one that has ended; `busy`: the worker is also receiving messages.

        A backlog is swept without a pause, but not while messages flow: most of its rows have a message on the way.
        """
        pause_sec = min(self._every_sec, BROKER_AWAY_SEC) if self._messages_get_lost else self._every_sec
        self.next_at = self._clock() + (0 if found_rows and not busy else pause_sec)

    def broker_away(self) -> None:
        """The broker cannot be reached at this moment."""
        self._broker_away_at = self._clock()
        self.next_at = min(self.next_at, self._broker_away_at + BROKER_AWAY_SEC)

    @property
    def _messages_get_lost(self) -> bool:
        return self._clock() - self._broker_away_at < self._after_sec


class Sweeper:
    """Claims pending rows straight from the table; any number of sweepers can work side by side."""

    def __init__(self, engine: Engine, model_version: str, *, batch_size: int, lease_sec: float) -> None:
        self._engine = engine
        self._model_version = model_version
        self._batch_size = batch_size
        self._lease_sec = lease_sec

    def claim(self, *, after_sec: float) -> list[ScoreRequest]:
        """The oldest rows that have been pending for longer than `after_sec`, claimed for `lease_sec`.

        Rows whose attempts are exhausted are marked as failed instead.
        """
        with self._engine.begin() as connection:
            requests, exhausted = db.claim_pending(
                connection, self._batch_size, after_sec=after_sec, lease_sec=self._lease_sec
            )
        if exhausted:
            log.error("given up", extra={"workout_ids": exhausted})
            failed = dict.fromkeys(exhausted, ErrorCode.ATTEMPTS_EXHAUSTED)
            give_up(self._engine, failed, self._model_version)
            metrics.count_failed(failed)
        return requests
