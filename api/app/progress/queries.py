"""Queries on a member's progress since they joined, and on the club's weekly target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

# One row per week with workouts.
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
    """The input of levels and streaks. `workouts` has the number of workouts per week, by its Monday."""

    lifetime_points: int
    workouts: Mapping[date, int]


def read_history(connection: Connection, member_id: UUID) -> History:
    weeks = connection.execute(READ_WEEKS, {"member_id": member_id})
    points = connection.execute(READ_LIFETIME_POINTS, {"member_id": member_id}).scalar_one()
    return History(int(points), {row.week: row.workouts for row in weeks})


def read_targets(connection: Connection, club_id: UUID) -> dict[date, int]:
    """The weekly targets, in workouts, by the Monday from which they apply."""
    rows = connection.execute(READ_TARGETS, {"club_id": club_id})
    return {row.from_week: row.workouts for row in rows}


def set_target(connection: Connection, club_id: UUID, from_week: date, workouts: int) -> bool:
    """Set the weekly target from a Monday on. False if that Monday already has this target."""
    values = {"club_id": club_id, "from_week": from_week, "workouts": workouts}
    return connection.execute(SET_TARGET, values).rowcount == 1
