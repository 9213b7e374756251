"""Finds work that nobody was called for: pending rows that are older than any message should be."""

import logging

from sqlalchemy import Engine

from app import db, metrics
from app.model_loader import Model
from app.scoring import give_up
from fitburn.messages import ScoreRequest
from fitburn.predictions import ErrorCode

log = logging.getLogger(__name__)

IMPATIENT_AFTER_SEC = 1.0


class Sweeper:
    """Claims pending rows straight from the table; any number of sweepers can work side by side."""

    def __init__(self, engine: Engine, model: Model, *, batch_size: int, after_sec: float, lease_sec: float) -> None:
        self._engine = engine
        self._model = model
        self._batch_size = batch_size
        self._after_sec = after_sec
        self._lease_sec = lease_sec

    @property
    def after_sec(self) -> float:
        """A row that is pending for longer was not called for."""
        return self._after_sec

    def claim(self, *, impatient: bool = False) -> list[ScoreRequest]:
        """The oldest rows that wait for too long; `impatient`: those that wait at all, since nobody will call.

        Rows that were claimed too often are given up on the way.
        """
        after_sec = min(self._after_sec, IMPATIENT_AFTER_SEC) if impatient else self._after_sec
        with self._engine.begin() as connection:
            requests, exhausted = db.claim_pending(
                connection, self._batch_size, after_sec=after_sec, lease_sec=self._lease_sec
            )
        if exhausted:
            log.error("given up", extra={"workout_ids": exhausted})
            give_up(self._engine, dict.fromkeys(exhausted, ErrorCode.ATTEMPTS_EXHAUSTED), self._model.version)
            metrics.PROCESSED.labels("failed").inc(len(exhausted))
            metrics.ERRORS.labels(ErrorCode.ATTEMPTS_EXHAUSTED).inc(len(exhausted))
        return requests
