"""Queries of the review: held workouts, and the decisions on them and on paid ones."""

from uuid import UUID

from sqlalchemy import Connection, select, text

from app.predictions.queries import SCORED_WORKOUTS, visible_to
from app.workouts.queries import COLUMNS as WORKOUT_COLUMNS
from app.workouts.queries import HELD
from fitburn.awards import Ledger
from fitburn.database import Row, Rows
from fitburn.points import RULE_VERSION, Award, DayUsage
from fitburn.tables import predictions, workouts
from fitburn.workouts import SNAPSHOT_COLUMNS

# A workout with everything that an operator needs to judge it, and that its award is computed from.
COLUMNS = (
    *WORKOUT_COLUMNS,
    predictions.c.held_points,
    workouts.c.member_id,
    workouts.c.club_id,
    *(workouts.c[name] for name in SNAPSHOT_COLUMNS),
)

READ_DAY = text("""
select count(*) as workouts, coalesce(sum(p.points), 0) as points, coalesce(sum(p.credited_min), 0) as minutes
from workouts as w
join predictions as p on p.workout_id = w.id and p.standing = 'credited'
where w.member_id = :member_id and w.local_day = :day
""")

# As when a workout is scored: the award is booked only for the row that this statement took on.
APPROVE = text("""
with approved as (
    update predictions
    set
        review = 'approved',
        review_reason = :reason,
        reviewed_by = :actor,
        reviewed_at = clock_timestamp(),
        points = :points,
        points_rule = :points_rule,
        points_reasons = :points_reasons,
        credited_kcal = :credited_kcal,
        credited_min = :credited_min
    where workout_id = :workout_id and standing = 'held'
    returning workout_id, points
)
select book_transfer('workout_award', workout_id, :member_id, points) from approved where points > 0
""")

REJECT = text("select void_workout(:workout_id, 'rejected', :actor, :reason)")


def read_held(connection: Connection, club_id: UUID, *, after: UUID | None, limit: int) -> Rows:
    """Workouts of the club that wait for review, in the order of acceptance, those `after` a workout's id."""
    query = select(*COLUMNS).select_from(SCORED_WORKOUTS).where(HELD, workouts.c.club_id == club_id)
    if after is not None:
        query = query.where(predictions.c.workout_id > after)
    return connection.execute(query.order_by(predictions.c.workout_id).limit(limit)).all()


def find_workout(connection: Connection, club_id: UUID, workout_id: UUID) -> Row | None:
    """A workout of the club with all that a decision needs; None for one that was deleted."""
    query = select(*COLUMNS).select_from(SCORED_WORKOUTS).where(workouts.c.id == workout_id)
    return connection.execute(visible_to(query, club_id, None)).one_or_none()


def award_now(connection: Connection, workout: Row) -> Award:
    """What a held workout earns within what its day has left, after everything credited by now."""
    day = {"member_id": workout.member_id, "day": workout.local_day}
    used = connection.execute(READ_DAY, day).one()
    ledger = Ledger({workout.local_day: DayUsage(used.points, used.workouts, used.minutes)})
    return ledger.approve(workout, workout.calories_pred)


def approve(connection: Connection, workout: Row, given: Award, *, actor: str, reason: str | None) -> None:
    """A held workout counts, and its award is booked. The member is locked."""
    values = {
        "workout_id": workout.workout_id,
        "member_id": workout.member_id,
        "actor": actor,
        "reason": reason,
        "points": given.points,
        "points_rule": RULE_VERSION,
        "points_reasons": [str(code) for code in given.reasons],
        "credited_kcal": given.credited_kcal,
        "credited_min": given.credited_min,
    }
    connection.execute(APPROVE, values)


def reject(connection: Connection, workout: Row, *, actor: str, reason: str) -> None:
    """A held or paid workout does not count; what was paid is taken back, below 0 if need be. The member is locked."""
    connection.execute(REJECT, {"workout_id": workout.workout_id, "actor": actor, "reason": reason})
