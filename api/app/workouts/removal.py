"""Takes workouts away that should not be there: they stay for the books, and nobody sees or counts them any more."""

from uuid import UUID

from sqlalchemy import Connection, text

from app.db import Row

FIND = text("""
select w.id as workout_id, w.member_id, p.status, p.standing, coalesce(p.points, 0) as points
from workouts as w
join predictions as p on p.workout_id = w.id
where
    w.id = :workout_id and w.club_id = :club_id
    and (cast(:member_id as uuid) is null or w.member_id = cast(:member_id as uuid))
""")

# What was paid is taken back only for the row that this statement took on.
REMOVE = text("""
with removed as (
    update predictions
    set
        review = 'deleted',
        review_reason = :reason,
        reviewed_by = :actor,
        reviewed_at = clock_timestamp(),
        points = case when status = 'done' then 0 end,
        credited_kcal = case when status = 'done' then 0 end,
        credited_min = case when status = 'done' then 0 end
    where workout_id = :workout_id and status <> 'pending' and review is distinct from 'deleted'
    returning workout_id, old.points as paid
)
insert into point_transfers (kind, source_id, from_account, to_account, amount)
select 'workout_reversal', removed.workout_id, own.id, club.id, removed.paid
from removed
join point_accounts as own on own.member_id = :member_id and own.kind = 'member'
join point_accounts as club on club.club_id = own.club_id and club.member_id is null and club.kind = 'issued'
where removed.paid > 0
""")


def find_workout(connection: Connection, club_id: str, member_id: str | None, workout_id: UUID) -> Row | None:
    """A workout of the club and, if given, of the member; also one that was deleted."""
    values = {"club_id": UUID(club_id), "member_id": member_id, "workout_id": workout_id}
    return connection.execute(FIND, values).one_or_none()


def remove(connection: Connection, workout: Row, *, actor: str, reason: str | None) -> None:
    """Delete a workout that is not waiting to be scored; paid points are taken back. The member is locked."""
    values = {"workout_id": workout.workout_id, "member_id": workout.member_id, "actor": actor, "reason": reason}
    connection.execute(REMOVE, values)
