"""Scores a batch: read, predict, award and write, in one transaction."""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine

from app import db, metrics
from app.awards import decide_awards
from app.db import PendingWorkout
from app.model_loader import Model
from fitburn.database import is_transient
from fitburn.features import feature_row
from fitburn.messages import ScoreRequest
from fitburn.points import RULE_VERSION
from fitburn.predictions import ErrorCode

log = logging.getLogger(__name__)


class Scored(NamedTuple):
    """A workout and its predicted gross kcal."""

    workout: PendingWorkout
    calories: float


@dataclass(slots=True)
class Report:
    """Outcome of a batch. A request that appears nowhere was scored before, or is being scored by another worker."""

    scored: list[Scored] = field(default_factory=list)
    failed: dict[str, ErrorCode] = field(default_factory=dict)
    """Error codes by workout ID."""
    unknown: set[ScoreRequest] = field(default_factory=set)
    """Requests for workouts that do not exist."""
    bonuses: int = 0
    """Challenges that were completed and paid."""

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.scored + other.scored,
            self.failed | other.failed,
            self.unknown | other.unknown,
            self.bonuses + other.bonuses,
        )


def score(engine: Engine, model: Model, requests: Sequence[ScoreRequest]) -> Report:
    """Score the requested workouts and commit the results. Idempotent.

    A row that causes an error is isolated by bisecting the batch, and marked as failed. Raises transient errors, such
    as the database being away; results that were committed before stay, and a retry scores the rest.
    """
    try:
        with engine.begin() as connection:
            return _score(connection, model, requests)
    except Exception as error:
        # A broken row may raise anything, and must not take the rest of its batch with it.
        if is_transient(error):
            raise
        if len(requests) == 1:
            log.exception("processing failed", extra={"workout_id": str(requests[0].workout_id)})
            failed = {str(requests[0].workout_id): ErrorCode.PROCESSING_ERROR}
            give_up(engine, failed, model.version)
            return Report(failed=failed)
    middle = len(requests) // 2
    return score(engine, model, requests[:middle]) + score(engine, model, requests[middle:])


def _score(connection: Connection, model: Model, requests: Sequence[ScoreRequest]) -> Report:
    batch = db.take(connection, {str(request.workout_id) for request in requests})
    report = Report(unknown=_find_unknown(connection, requests, batch.pending))
    requested = {str(request.prediction_id) for request in requests}
    pending = [workout for workout in batch.pending if workout.prediction_id in requested]
    if not pending:
        return report
    for workout, outcome in zip(pending, predict(model, pending), strict=True):
        if isinstance(outcome, ErrorCode):
            report.failed[workout.workout_id] = outcome
        else:
            report.scored.append(Scored(workout, outcome))
    db.fail(connection, report.failed, model.version)
    if report.scored:
        rows = decide_awards(report.scored, batch.credited)
        report.bonuses = db.finish(connection, rows, model.version, RULE_VERSION)
    return report


def _find_unknown(
    connection: Connection, requests: Sequence[ScoreRequest], pending: Sequence[PendingWorkout]
) -> set[ScoreRequest]:
    """Requests for predictions that do not exist. Takes a query only if a request is not among the pending ones."""
    existing = {workout.workout_id: workout.prediction_id for workout in pending}
    missing = {str(request.workout_id) for request in requests} - existing.keys()
    if missing:
        existing |= db.find_existing(connection, missing)
    return {request for request in requests if existing.get(str(request.workout_id)) != str(request.prediction_id)}


def predict(model: Model, workouts: Sequence[PendingWorkout]) -> list[float | ErrorCode]:
    """Gross kcal of each workout from one call of the model; an error code where the model returns no usable number.

    With more than one workout, raises what the model raises.
    """
    matrix = np.array([feature_row(workout) for workout in workouts], dtype=np.float64)
    started = time.perf_counter()
    try:
        calories = model.predict(matrix).tolist()
    except Exception:
        # The model may raise anything. Bisecting the batch finds the row that causes it.
        if len(workouts) > 1:
            raise
        log.exception("model failed", extra={"workout_id": workouts[0].workout_id})
        return [ErrorCode.MODEL_ERROR]
    metrics.INFERENCE.observe(time.perf_counter() - started)
    return [_checked(value) for value in calories]


def _checked(calories: float) -> float | ErrorCode:
    return calories if math.isfinite(calories) and calories > 0 else ErrorCode.IMPLAUSIBLE_OUTPUT


def give_up(engine: Engine, failed: Mapping[str, ErrorCode], model_version: str) -> None:
    """Mark predictions as failed for good, in a separate transaction."""
    with engine.begin() as connection:
        db.fail(connection, failed, model_version)
