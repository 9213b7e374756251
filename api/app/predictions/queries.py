"""Queries on predictions: the results of workouts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from fitburn.database import Rows
from fitburn.predictions import Standing
from fitburn.tables import predictions, users, workouts

AnySelect = Select[*tuple[Any, ...]]

PREDICTION_COLUMNS = (
    workouts.c.id.label("workout_id"),
    predictions.c.id.label("prediction_id"),
    users.c.user_id,
    predictions.c.status,
    predictions.c.calories_pred,
    predictions.c.points,
    predictions.c.points_reasons,
    predictions.c.hold_reasons,
    predictions.c.standing,
    predictions.c.review_reason,
    predictions.c.credited_kcal,
    predictions.c.credited_min,
    predictions.c.model_version,
    predictions.c.error_code,
    predictions.c.created_at,
    predictions.c.processed_at,
)
SCORED_WORKOUTS = workouts.join(predictions, predictions.c.workout_id == workouts.c.id).join(
    users, users.c.id == workouts.c.member_id
)


def visible_to(query: AnySelect, club_id: UUID, member_id: UUID | None) -> AnySelect:
    """Restrict a query to the club's workouts (only the member's, if given) that are not soft-deleted."""
    query = query.where(workouts.c.club_id == club_id, predictions.c.standing.is_distinct_from(Standing.DELETED))
    return query if member_id is None else query.where(workouts.c.member_id == member_id)


def find_predictions(
    connection: Connection, workout_ids: Sequence[UUID], club_id: UUID, member_id: UUID | None = None
) -> Rows:
    """Predictions of those of the workouts that belong to the club and, if given, to the member."""
    query: AnySelect = select(*PREDICTION_COLUMNS).select_from(SCORED_WORKOUTS).where(workouts.c.id.in_(workout_ids))
    return connection.execute(visible_to(query, club_id, member_id)).all()
