"""Queries on challenges."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.db import Row, Rows

Place = tuple[date, UUID]
"""Where a page ends: last day and id of its last challenge."""

BEYOND_THE_LAST: Place = (date.max, UUID(int=2**128 - 1))

RULES = ("metric", "workout_type", "starts_on", "ends_on", "goal", "bonus_points")
TITLES = ("title_ru", "title_en")

# One look-up of the member's workouts serves the whole page.
READ = text("""
with known as (
    select
        c.*,
        case
            when c.cancelled_at is not null then 'cancelled'
            when here.today < c.starts_on then 'upcoming'
            when here.today <= c.ends_on then 'active'
            else 'past'
        end as status
    from challenges as c
    join (
        select id, (now() at time zone time_zone)::date as today from clubs where id = :club_id
    ) as here on here.id = c.club_id
),
page as materialized (
    select *
    from known
    where
        club_id = :club_id
        and (cast(:challenge_id as uuid) is null or id = :challenge_id)
        and (cast(:status as text) is null or status = :status)
        and (:cancelled_too or status <> 'cancelled')
        and (ends_on, id) < (:before_day, :before_id)
    order by ends_on desc, id desc
    limit :limit
)
select
    p.id as challenge_id, p.title_ru, p.title_en, p.metric, p.workout_type, p.starts_on, p.ends_on, p.goal,
    p.bonus_points, p.status, p.participants_cnt, p.counted_at, p.created_at, coalesce(s.value, 0) as value,
    own.reached_at,
    (select count(*) from challenge_completions as paid where paid.challenge_id = p.id) as completions_cnt
from page as p
left join challenge_standings(array(select id from page), array[cast(:member_id as uuid)]) as s
    on s.challenge_id = p.id
left join challenge_completions as own on own.challenge_id = p.id and own.member_id = :member_id
order by p.ends_on desc, p.id desc
""")

ADD = text("""
insert into challenges (
    club_id, title_ru, title_en, metric, workout_type, starts_on, ends_on, goal, bonus_points, created_by,
    idempotency_key, request_hash
)
values (
    :club_id, :title_ru, :title_en, :metric, :workout_type, :starts_on, :ends_on, :goal, :bonus_points, :created_by,
    :idempotency_key, :request_hash
)
on conflict (created_by, idempotency_key) where idempotency_key is not null do nothing
returning id
""")

FIND_BY_KEY = text("""
select id, request_hash from challenges where created_by = :created_by and idempotency_key = :idempotency_key
""")

# Whoever is about to complete it waits, and then sees what became of it.
LOCK = text("""
select title_ru, title_en, metric, workout_type, starts_on, ends_on, goal, bonus_points, cancelled_at
from challenges
where id = :challenge_id and club_id = :club_id
for update
""")

HAS_PAID = text("select exists (select from challenge_completions where challenge_id = :challenge_id)")

CANCEL = text("update challenges set cancelled_at = now() where id = :challenge_id")


def read_challenges(
    connection: Connection,
    club_id: str,
    member_id: UUID | None,
    *,
    status: str | None = None,
    cancelled_too: bool,
    before: Place = BEYOND_THE_LAST,
    limit: int,
    challenge_id: UUID | None = None,
) -> Rows:
    """Challenges of the club with the member's progress (0 for nobody): those that end last first, `before` a place."""
    parameters = {
        "club_id": UUID(club_id),
        "member_id": member_id,
        "status": status,
        "cancelled_too": cancelled_too,
        "before_day": before[0],
        "before_id": before[1],
        "limit": limit,
        "challenge_id": challenge_id,
    }
    return connection.execute(READ, parameters).all()


def add_challenge(connection: Connection, values: Mapping[str, Any]) -> UUID | None:
    """Id of the new challenge; None when its idempotency key was used before."""
    added: UUID | None = connection.execute(ADD, values).scalar_one_or_none()
    return added


def find_by_key(connection: Connection, created_by: UUID, key: str) -> Row | None:
    """id and request_hash of the challenge that this operator set up with this key."""
    return connection.execute(FIND_BY_KEY, {"created_by": created_by, "idempotency_key": key}).one_or_none()


def lock_challenge(connection: Connection, club_id: str, challenge_id: UUID) -> Row | None:
    """The club's challenge as it is; nobody completes it until the end of the transaction."""
    return connection.execute(LOCK, {"club_id": UUID(club_id), "challenge_id": challenge_id}).one_or_none()


def has_paid(connection: Connection, challenge_id: UUID) -> bool:
    paid: bool = connection.execute(HAS_PAID, {"challenge_id": challenge_id}).scalar_one()
    return paid


def change_challenge(connection: Connection, challenge_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these of TITLES and RULES."""
    columns = ", ".join(f"{name} = :{name}" for name in (*TITLES, *RULES) if name in values)
    if columns:
        statement = text(f"update challenges set {columns} where id = :challenge_id")
        connection.execute(statement, {**values, "challenge_id": challenge_id})


def cancel_challenge(connection: Connection, challenge_id: UUID) -> None:
    connection.execute(CANCEL, {"challenge_id": challenge_id})
