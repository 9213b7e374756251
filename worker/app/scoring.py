"""Scores a batch: read, predict, award and write, in one transaction."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection, Engine

from app import db, metrics
from app.awards import decide_awards
from app.db import PendingWorkout
from app.model_loader import Model
from fitburn.database import is_passing
from fitburn.features import feature_row
from fitburn.messages import ScoreRequest
from fitburn.points import RULE_VERSION
from fitburn.predictions import ErrorCode

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What became of a batch. Requests that are in no list had been scored before, or are being scored elsewhere."""

    done: list[PendingWorkout] = field(default_factory=list)
    calories: list[float] = field(default_factory=list)
    failed: dict[str, ErrorCode] = field(default_factory=dict)
    unknown: set[ScoreRequest] = field(default_factory=set)
    bonuses: int = 0
    """Challenges that were completed and paid."""

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.done + other.done,
            self.calories + other.calories,
            self.failed | other.failed,
            self.unknown | other.unknown,
            self.bonuses + other.bonuses,
        )


def score(engine: Engine, model: Model, requests: Sequence[ScoreRequest]) -> Report:
    """Score what the requests ask for and commit it. Any number of times is as good as once.

    An error that one row causes is that row's own: halves of the batch find it. Raises errors that pass by
    themselves, such as the database being away: whatever was committed by then stays, and asking again does the rest.
    """
    try:
        with engine.begin() as connection:
            return _score(connection, model, requests)
    except Exception as error:
        # Anything may be wrong with a row; its neighbours are not to suffer.
        if is_passing(error):
            raise
        if len(requests) == 1:
            log.exception("processing failed", extra={"workout_id": str(requests[0].workout_id)})
            return _give_up(engine, model, requests[0])
    middle = len(requests) // 2
    return score(engine, model, requests[:middle]) + score(engine, model, requests[middle:])


def _score(connection: Connection, model: Model, requests: Sequence[ScoreRequest]) -> Report:
    batch = db.take(connection, {str(request.workout_id) for request in requests})
    report = Report(unknown=_find_unknown(connection, requests, batch.pending))
    asked_for = {str(request.prediction_id) for request in requests}
    pending = [workout for workout in batch.pending if workout.prediction_id in asked_for]
    if not pending:
        return report
    scored: list[tuple[PendingWorkout, float]] = []
    for workout, outcome in zip(pending, predict(model, pending), strict=True):
        if isinstance(outcome, ErrorCode):
            report.failed[workout.workout_id] = outcome
        else:
            scored.append((workout, outcome))
            report.done.append(workout)
            report.calories.append(outcome)
    db.fail(connection, report.failed, model.version)
    if scored:
        report.bonuses = db.finish(connection, decide_awards(scored, batch.credited), model.version, RULE_VERSION)
    return report


def _find_unknown(
    connection: Connection, requests: Sequence[ScoreRequest], pending: Sequence[PendingWorkout]
) -> set[ScoreRequest]:
    """Requests for what does not exist. Only those that are not simply pending cost a query."""
    known = {workout.workout_id: workout.prediction_id for workout in pending}
    absent = {str(request.workout_id) for request in requests} - known.keys()
    if absent:
        known |= db.find_known(connection, absent)
    return {request for request in requests if known.get(str(request.workout_id)) != str(request.prediction_id)}


def predict(model: Model, workouts: Sequence[PendingWorkout]) -> list[float | ErrorCode]:
    """Gross kcal of each workout from one call of the model; an error code where it gives none.

    Raises whatever the model raises on more than one workout.
    """
    matrix = np.array([feature_row(workout) for workout in workouts], dtype=np.float64)
    started = time.perf_counter()
    try:
        calories = model.predict(matrix).tolist()
    except Exception:
        # The model's own code: it may raise anything. Which row is to blame shows in smaller batches.
        if len(workouts) > 1:
            raise
        log.exception("model failed", extra={"workout_id": workouts[0].workout_id})
        return [ErrorCode.MODEL_ERROR]
    metrics.INFERENCE.observe(time.perf_counter() - started)
    return [_checked(value) for value in calories]


def _checked(calories: float) -> float | ErrorCode:
    return calories if math.isfinite(calories) and calories > 0 else ErrorCode.IMPLAUSIBLE_OUTPUT


def _give_up(engine: Engine, model: Model, request: ScoreRequest) -> Report:
    failed = {str(request.workout_id): ErrorCode.PROCESSING_ERROR}
    give_up(engine, failed, model.version)
    return Report(failed=failed)


def give_up(engine: Engine, failed: dict[str, ErrorCode], model_version: str) -> None:
    """Mark predictions as failed for good, in a transaction of their own."""
    with engine.begin() as connection:
        db.fail(connection, failed, model_version)
