"""Queries that list workouts with their predictions: in the order of acceptance, and by day and start."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, literal_column, select, tuple_

from app.http.moments import Moment
from app.http.paging import Cursors
from app.predictions.queries import PREDICTION_COLUMNS, SCORED_WORKOUTS, AnySelect, visible_to
from fitburn.database import Rows
from fitburn.predictions import PredictionStatus
from fitburn.tables import predictions, users, workouts
from fitburn.workouts import CONTENT_COLUMNS

COLUMNS = (
    *PREDICTION_COLUMNS,
    users.c.display_name,
    workouts.c.local_day,
    *(workouts.c[name] for name in CONTENT_COLUMNS),
)

# Worded as in the predicates of the partial indexes on pending, failed and held predictions.
PENDING = predictions.c.processed_at.is_(None)
FAILED: ColumnElement[bool] = literal_column("predictions.status = 'failed'")
HELD: ColumnElement[bool] = literal_column("predictions.standing = 'held'")

Place = tuple[date, Moment, UUID]
"""Where a page of a history ends: day, start in UTC and id of its last workout."""
DAY_CURSORS = Cursors(TypeAdapter[Place](Place))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which workouts of a club: of one member, with a status, held for review; `attention`: failed or held."""

    club_id: UUID
    member_id: UUID | None = None
    status: PredictionStatus | None = None
    held: bool = False
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Which workouts of a club: of one member, of a type, from a first to a last day, both included."""

    club_id: UUID
    member_id: UUID | None = None
    workout_type: str | None = None
    first: date | None = None
    last: date | None = None


def recent_workouts(connection: Connection, filter_: Filter, *, before: UUID | None, limit: int) -> Rows:
    """Workouts in the order of acceptance, latest first, those `before` a workout's id."""
    query = visible_to(select(*COLUMNS).select_from(SCORED_WORKOUTS), filter_.club_id, filter_.member_id)
    if filter_.status is not None:
        query = query.where(predictions.c.status == filter_.status)
    if filter_.status == PredictionStatus.PENDING:
        query = query.where(PENDING)
    if filter_.held:
        query = query.where(HELD)
    if before is not None:
        query = query.where(workouts.c.id < before)
    query = query.order_by(workouts.c.id.desc()).limit(limit)
    return connection.execute(_failed_or_held(query, limit) if filter_.attention else query).all()


def workouts_by_day(connection: Connection, span: Span, *, after: Place | None, limit: int) -> Rows:
    """Workouts by day and start, latest first, those that come `after` a place in this order."""
    order = (workouts.c.local_day, workouts.c.ts, workouts.c.id)
    query = visible_to(select(*COLUMNS).select_from(SCORED_WORKOUTS), span.club_id, span.member_id)
    if span.workout_type is not None:
        query = query.where(workouts.c.workout_type == span.workout_type)
    if span.first is not None:
        query = query.where(workouts.c.local_day >= span.first)
    if span.last is not None:
        query = query.where(workouts.c.local_day <= span.last)
    if after is not None:
        query = query.where(tuple_(*order) < tuple_(*after))
    return connection.execute(query.order_by(*(column.desc() for column in order)).limit(limit)).all()


def _failed_or_held(query: AnySelect, limit: int) -> AnySelect:
    """Either has an index in the order of acceptance; a union reads only as many of each as a page can show."""
    sides = [query.where(condition).subquery().select() for condition in (FAILED, HELD)]
    both = sides[0].union_all(*sides[1:]).subquery()
    return select(*both.c).order_by(both.c.workout_id.desc()).limit(limit)
