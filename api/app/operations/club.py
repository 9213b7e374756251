"""Query on a club's week compared to the week before."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

# A week is the given day and the six days before it. Visits are counted from the workouts, by an index-only scan; sums
# are read from the mart. For each member, `weeks` is a bit set of the last eight weeks, collected by one cheap
# aggregate: bit n is set if the member trained n weeks ago, bit 0 being this week. `trained` decodes it.
READ_CLUB = text("""
with visits as (
    select member_id, bit_or(1 << ((:day - local_day) / 7)) as weeks
    from workouts
    where club_id = :club_id and local_day between :day - 55 and :day
    group by member_id
),
trained as (
    select
        weeks & (1 << 0) > 0 as this_week,
        weeks & (1 << 1) > 0 as one_week_ago,
        weeks & (1 << 2) > 0 as two_weeks_ago,
        weeks % (1 << 4) > 0 as last_four_weeks,
        weeks >> 4 > 0 as four_weeks_before
    from visits
),
members as (
    select
        count(*) filter (where this_week) as active_7d,
        count(*) filter (where one_week_ago) as active_7d_before,
        count(*) filter (where last_four_weeks) as active_28d,
        count(*) filter (where four_weeks_before) as active_28d_before,
        count(*) filter (where one_week_ago and this_week)::float8
            / nullif(count(*) filter (where one_week_ago), 0) as return_rate,
        count(*) filter (where two_weeks_ago and one_week_ago)::float8
            / nullif(count(*) filter (where two_weeks_ago), 0) as return_rate_before
    from trained
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
""")

FIGURES = (
    "active_7d", "active_28d", "return_rate", "new_members", "workouts_cnt", "points_awarded", "total_calories",
)  # fmt: skip


def read_club(connection: Connection, club_id: UUID, day: date) -> dict[str, dict[str, Any]]:
    """Each of FIGURES with its `value` and the value of the period `before`."""
    row = connection.execute(READ_CLUB, {"club_id": club_id, "day": day}).one()._mapping
    return {name: {"value": row[name], "before": row[f"{name}_before"]} for name in FIGURES}
