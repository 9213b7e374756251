"""Decides on workouts that are held, and on paid ones that should not have been."""

from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Row, Rows
from fitburn.points import RULE_VERSION, Award, DayUsage, award

_WORKOUT = """
    w.id as workout_id, p.id as prediction_id, w.member_id, w.club_id, u.user_id, u.display_name, p.status,
    p.calories_pred, p.points, p.points_reasons, p.hold_reasons, p.standing, p.review_reason, p.held_points,
    p.credited_kcal, p.credited_min, p.model_version, p.error_code, p.created_at, p.processed_at, w.ts, w.local_day,
    w.workout_type, w.duration_min, w.distance_km, w.avg_hr, w.speed_kmh, w.calories_measured, w.gender, w.age,
    w.height_cm, w.weight_kg
"""

READ_HELD = text(f"""
select {_WORKOUT}
from predictions as p
join workouts as w on w.id = p.workout_id
join users as u on u.id = w.member_id
where
    p.standing = 'held'
    and w.club_id = :club_id
    and (cast(:after as uuid) is null or p.workout_id > :after)
order by p.workout_id
limit :limit
""")

FIND = text(f"""
select {_WORKOUT}
from workouts as w
join predictions as p on p.workout_id = w.id
join users as u on u.id = w.member_id
where w.id = :workout_id and w.club_id = :club_id and p.standing is distinct from 'deleted'
""")

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
    return connection.execute(READ_HELD, {"club_id": club_id, "after": after, "limit": limit}).all()


def find_workout(connection: Connection, club_id: UUID, workout_id: UUID) -> Row | None:
    """A workout of the club with all that a decision needs."""
    return connection.execute(FIND, {"club_id": club_id, "workout_id": workout_id}).one_or_none()


def award_now(connection: Connection, workout: Row) -> Award:
    """What a held workout earns: its calories, within what its day has left after all that counts by now."""
    day = {"member_id": workout.member_id, "day": workout.local_day}
    used = connection.execute(READ_DAY, day).one()
    return award(workout, workout.calories_pred, DayUsage(used.points, used.workouts, used.minutes))


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
