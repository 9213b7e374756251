"""Queries on challenges."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from app.access.caller import Member
from app.http.paging import Cursors
from fitburn.database import Row, Rows

CURSORS = Cursors(TypeAdapter(tuple[date, UUID]))
"""Position of a page's last item: last day and id of the challenge."""

_AFTER_ALL = (date.max, UUID(int=2**128 - 1))

RULES = ("metric", "workout_type", "starts_on", "ends_on", "goal", "bonus_points")
TITLES = ("title_ru", "title_en")

# challenge_standings is called once per page, so that the member's workouts are read once.
READ = text("""
with dated as (
    select
        c.*,
        case
            when c.cancelled_at is not null then 'cancelled'
            when club.today < c.starts_on then 'upcoming'
            when club.today <= c.ends_on then 'active'
            else 'past'
        end as status
    from challenges as c
    join (
        select id, (now() at time zone time_zone)::date as today from clubs where id = :club_id
    ) as club on club.id = c.club_id
),
page as materialized (
    select *
    from dated
    where
        club_id = :club_id
        and (cast(:challenge_id as uuid) is null or id = :challenge_id)
        and (cast(:status as text) is null or status = :status)
        and (:include_cancelled or status <> 'cancelled')
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
    id, club_id, title_ru, title_en, metric, workout_type, starts_on, ends_on, goal, bonus_points, created_by
)
values (
    :id, :club_id, :title_ru, :title_en, :metric, :workout_type, :starts_on, :ends_on, :goal, :bonus_points, :created_by
)
""")

# A transaction that is about to complete the challenge waits for this lock, then sees the outcome.
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
    club_id: UUID,
    member_id: UUID | None,
    *,
    status: str | None = None,
    include_cancelled: bool,
    before: tuple[date, UUID] | None = None,
    limit: int,
    challenge_id: UUID | None = None,
) -> Rows:
    """Challenges of the club, the latest to end first, with the member's progress (0 without a member)."""
    before_day, before_id = before or _AFTER_ALL
    parameters = {
        "club_id": club_id,
        "member_id": member_id,
        "status": status,
        "include_cancelled": include_cancelled,
        "before_day": before_day,
        "before_id": before_id,
        "limit": limit,
        "challenge_id": challenge_id,
    }
    return connection.execute(READ, parameters).all()


def add_challenge(connection: Connection, operator: Member, challenge_id: UUID, values: Mapping[str, Any]) -> None:
    identity = {"id": challenge_id, "club_id": operator.club_id, "created_by": operator.member_id}
    connection.execute(ADD, {**values, **identity})


def lock_challenge(connection: Connection, club_id: UUID, challenge_id: UUID) -> Row | None:
    """Lock the challenge: no other transaction can complete it before this one ends. None if it does not exist."""
    return connection.execute(LOCK, {"club_id": club_id, "challenge_id": challenge_id}).one_or_none()


def has_paid(connection: Connection, challenge_id: UUID) -> bool:
    paid: bool = connection.execute(HAS_PAID, {"challenge_id": challenge_id}).scalar_one()
    return paid


def change_challenge(connection: Connection, challenge_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of TITLES and RULES to `values`."""
    columns = ", ".join(f"{name} = :{name}" for name in (*TITLES, *RULES) if name in values)
    if columns:
        statement = text(f"update challenges set {columns} where id = :challenge_id")
        connection.execute(statement, {**values, "challenge_id": challenge_id})


def cancel_challenge(connection: Connection, challenge_id: UUID) -> None:
    connection.execute(CANCEL, {"challenge_id": challenge_id})
