"""Queries on how a club is doing, this week against the week before."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

# Weeks are the seven days up to and including the given one, and the seven before. Who came is counted from the
# workouts themselves, along an index that holds all that is needed: a bit for each of the last eight weeks in which a
# member came, the lowest for the latest. Sums are those of the mart.
READ_CLUB = text(
    """
with visits as (
    select member_id, bit_or(1 << ((:day - local_day) / 7)) as weeks
    from workouts
    where club_id = :club_id and local_day between :day - 55 and :day
    group by member_id
),
members as (
    select
        count(*) filter (where weeks & 1 > 0) as active_7d,
        count(*) filter (where weeks & 2 > 0) as active_7d_before,
        count(*) filter (where weeks & 15 > 0) as active_28d,
        count(*) filter (where weeks & 240 > 0) as active_28d_before,
        count(*) filter (where weeks & 3 = 3)::float8 / nullif(count(*) filter (where weeks & 2 > 0), 0) as return_rate,
        count(*) filter (where weeks & 6 = 6)::float8 / nullif(count(*) filter (where weeks & 4 > 0), 0)
            as return_rate_before
    from visits
),
sums as (
    select
        coalesce(sum(workouts_cnt) filter (where day > :day - 7), 0) as workouts_cnt,
        coalesce(sum(workouts_cnt) filter (where day <= :day - 7), 0) as workouts_cnt_before,
        coalesce(sum(points_awarded) filter (where day > :day - 7), 0) as points_awarded,
        coalesce(sum(points_awarded) filter (where day <= :day - 7), 0) as points_awarded_before,
        coalesce(sum(total_calories) filter (where day > :day - 7), 0) as total_calories,
        coalesce(sum(total_calories) filter (where day <= :day - 7), 0) as total_calories_before
    from daily_metrics
    where club_id = :club_id and day between :day - 13 and :day
),
joined as (
    select
        count(*) filter (where u.created_at >= (:day - 6)::timestamp at time zone c.time_zone) as new_members,
        count(*) filter (where u.created_at < (:day - 6)::timestamp at time zone c.time_zone) as new_members_before
    from clubs as c
    join users as u
        on u.club_id = c.id
        and u.created_at >= (:day - 13)::timestamp at time zone c.time_zone
        and u.created_at < (:day + 1)::timestamp at time zone c.time_zone
    where c.id = :club_id
)
select * from members cross join sums cross join joined
""".replace(":day", "cast(:day as date)")
)

FIGURES = (
    "active_7d", "active_28d", "return_rate", "new_members", "workouts_cnt", "points_awarded", "total_calories",
)  # fmt: skip


def read_club(connection: Connection, club_id: UUID, day: date) -> dict[str, dict[str, Any]]:
    """Each figure with its `value` and that of the period before."""
    row = connection.execute(READ_CLUB, {"club_id": club_id, "day": day}).one()._mapping
    return {name: {"value": row[name], "before": row[f"{name}_before"]} for name in FIGURES}
