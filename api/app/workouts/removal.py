"""Soft-deletes workouts: rows stay for the ledger but vanish from lists, marts and boards."""

from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Row

FIND = text("""
select w.id as workout_id, w.member_id, p.status, p.standing, coalesce(p.points, 0) as points
from workouts as w
join predictions as p on p.workout_id = w.id
where
    w.id = :workout_id and w.club_id = :club_id
    and (cast(:member_id as uuid) is null or w.member_id = cast(:member_id as uuid))
""")

SOFT_DELETE = text("select void_workout(:workout_id, 'deleted', :actor, :reason)")


def find_workout(connection: Connection, club_id: UUID, member_id: UUID | None, workout_id: UUID) -> Row | None:
    """A workout of the club and, if given, of the member, even if it is soft-deleted."""
    values = {"club_id": club_id, "member_id": member_id, "workout_id": workout_id}
    return connection.execute(FIND, values).one_or_none()


def soft_delete(connection: Connection, workout: Row, *, actor: str, reason: str | None) -> None:
    """Soft-delete a scored or failed workout and take its paid points back. The caller must have locked the member."""
    connection.execute(SOFT_DELETE, {"workout_id": workout.workout_id, "actor": actor, "reason": reason})
