"""One workout, one session: the row, one call of the model, the award."""

import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tools.bench.rivals.tables import PointAccount, PointTransfer, Prediction, Workout

MODELS = Path(__file__).resolve().parents[3] / "models"
KCAL_PER_POINT = 10
DAILY_POINTS = 150


@cache
def model() -> Any:
    return joblib.load(MODELS / "model.joblib")


@cache
def features() -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((MODELS / "features.json").read_text())
    return features


def matrix(workout: Workout) -> np.ndarray[Any, Any]:
    """One row, in the order of `features.json`."""
    return np.array([[number(getattr(workout, feature["name"]), feature) for feature in features()]])


def number(value: Any, feature: dict[str, Any]) -> float:
    if value is None:
        return float("nan")
    return float(feature["categories"].index(value)) if feature["categories"] else float(value)


def score(session: Session, prediction_id: uuid.UUID) -> None:
    """Idempotent: skips a prediction that is done. The caller commits."""
    query = select(Prediction).where(Prediction.id == prediction_id).options(joinedload(Prediction.workout))
    prediction = session.scalars(query.with_for_update(of=Prediction)).one()
    if prediction.status != "pending":
        return
    workout = prediction.workout
    calories = float(model().predict(matrix(workout))[0])
    points = min(int(calories / KCAL_PER_POINT), DAILY_POINTS - earned(session, workout))
    prediction.status, prediction.calories_pred, prediction.model_version = "done", calories, "bench"
    prediction.points, prediction.credited_kcal, prediction.credited_min = points, calories, workout.duration_min
    prediction.processed_at = func.clock_timestamp()
    if points:
        session.add(award(session, workout, points))


def earned(session: Session, workout: Workout) -> int:
    """Points of the member on this day so far."""
    total = select(func.sum(Prediction.points)).join(Prediction.workout)
    same_day = Workout.member_id == workout.member_id, Workout.local_day == workout.local_day
    return session.scalars(total.where(*same_day, Prediction.status == "done")).one() or 0


def award(session: Session, workout: Workout, points: int) -> PointTransfer:
    of_club = select(PointAccount.id).where(PointAccount.club_id == workout.club_id, PointAccount.kind == "issued")
    of_member = select(PointAccount.id).where(PointAccount.member_id == workout.member_id)
    return PointTransfer(
        kind="workout_award",
        source_id=workout.id,
        from_account=session.scalars(of_club).one(),
        to_account=session.scalars(of_member).one(),
        amount=points,
    )
