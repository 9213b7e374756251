"""Finds work that nobody was called for: pending rows that are older than any message should be."""

import logging

from sqlalchemy import Engine

from app import db, metrics
from app.model_loader import Model
from app.scoring import give_up
from fitburn.messages import ScoreRequest
from fitburn.predictions import ErrorCode

log = logging.getLogger(__name__)


class Sweeper:
    """Claims pending rows straight from the table; any number of sweepers can work side by side."""

    def __init__(self, engine: Engine, model: Model, *, batch_size: int, after_sec: float, lease_sec: float) -> None:
        self._engine = engine
        self._model = model
        self._batch_size = batch_size
        self._after_sec = after_sec
        self._lease_sec = lease_sec

    def claim(self) -> list[ScoreRequest]:
        """The oldest rows that wait for too long. Rows that were claimed too often are given up on the way."""
        with self._engine.begin() as connection:
            requests, exhausted = db.claim_pending(
                connection, self._batch_size, after_sec=self._after_sec, lease_sec=self._lease_sec
            )
        if exhausted:
            log.error("given up", extra={"workout_ids": exhausted})
            give_up(self._engine, dict.fromkeys(exhausted, ErrorCode.ATTEMPTS_EXHAUSTED), self._model.version)
            metrics.PROCESSED.labels("failed").inc(len(exhausted))
            metrics.ERRORS.labels(ErrorCode.ATTEMPTS_EXHAUSTED).inc(len(exhausted))
        return requests
