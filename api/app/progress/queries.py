"""Queries on what a member has done since the first day, and on what a week takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

# A week of a member is one row, however many workouts it had.
READ_WEEKS = text("""
select date_trunc('week', local_day::timestamp)::date as week, count(*) as workouts
from counted_workouts
where member_id = :member_id
group by 1
""")

READ_LIFETIME_POINTS = text("""
with accounts as (
    select own.id as own, club.id as club
    from point_accounts as own
    join point_accounts as club on club.club_id = own.club_id and club.kind = 'issued' and club.member_id is null
    where own.member_id = :member_id and own.kind = 'member'
)
select
    coalesce((
        select sum(t.amount) from point_transfers as t where t.to_account = a.own and t.from_account = a.club
    ), 0)
    - coalesce((
        select sum(t.amount) from point_transfers as t where t.from_account = a.own and t.to_account = a.club
    ), 0)
from accounts as a
""")

READ_TARGETS = text("select from_week, workouts from weekly_targets where club_id = :club_id")

SET_TARGET = text("""
insert into weekly_targets as stored (club_id, from_week, workouts) values (:club_id, :from_week, :workouts)
on conflict (club_id, from_week) do update set workouts = excluded.workouts
where stored.workouts <> excluded.workouts
""")


@dataclass(frozen=True, slots=True)
class History:
    """What levels and streaks are made of. Weeks are named by their Mondays."""

    lifetime_points: int
    workouts: Mapping[date, int]


def read_history(connection: Connection, member_id: UUID) -> History:
    weeks = connection.execute(READ_WEEKS, {"member_id": member_id})
    points = connection.execute(READ_LIFETIME_POINTS, {"member_id": member_id}).scalar_one()
    return History(int(points), {row.week: row.workouts for row in weeks})


def read_targets(connection: Connection, club_id: UUID) -> dict[date, int]:
    """From which Monday on a week takes how many workouts."""
    rows = connection.execute(READ_TARGETS, {"club_id": club_id})
    return {row.from_week: row.workouts for row in rows}


def set_target(connection: Connection, club_id: UUID, from_week: date, workouts: int) -> bool:
    """Set what a week takes from a Monday on; whether that changes anything for this Monday."""
    values = {"club_id": club_id, "from_week": from_week, "workouts": workouts}
    return connection.execute(SET_TARGET, values).rowcount == 1
