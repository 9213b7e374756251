"""Takes workouts away that should not be there: they stay for the books, and nobody sees or counts them any more."""

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

REMOVE = text("select void_workout(:workout_id, 'deleted', :actor, :reason)")


def find_workout(connection: Connection, club_id: UUID, member_id: UUID | None, workout_id: UUID) -> Row | None:
    """A workout of the club and, if given, of the member; also one that was deleted."""
    values = {"club_id": club_id, "member_id": member_id, "workout_id": workout_id}
    return connection.execute(FIND, values).one_or_none()


def remove(connection: Connection, workout: Row, *, actor: str, reason: str | None) -> None:
    """Delete a workout that is not waiting to be scored; paid points are taken back. The member is locked."""
    connection.execute(REMOVE, {"workout_id": workout.workout_id, "actor": actor, "reason": reason})
