"""Queries on what a member has done: day by day, and at best."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

Rows = Sequence[Row[*tuple[Any, ...]]]

READ_DAYS = text("""
select
    w.local_day as day,
    count(*) as workouts_cnt,
    sum(w.duration_min) as minutes,
    coalesce(sum(p.calories_pred), 0) as calories,
    coalesce(sum(p.points), 0) as points
from workouts as w
join predictions as p on p.workout_id = w.id
where w.member_id = :member_id and w.local_day between :first and :last
group by w.local_day
order by w.local_day
""")

# What counts as a best: scored, and neither held for review nor rejected. Of equals the earliest.
_OWN = """
own as materialized (
    select
        w.id, w.local_day, w.workout_type, w.duration_min, w.distance_km,
        coalesce(w.speed_kmh, w.distance_km * 60 / w.duration_min) as speed_kmh, p.calories_pred, p.points
    from workouts as w
    join predictions as p on p.workout_id = w.id
    where w.member_id = :member_id and p.standing = 'credited'
)
"""

READ_BESTS = text(f"""
with {_OWN},
measured as (
    select o.workout_type, m.measure, m.value, o.id as workout_id, o.local_day
    from own as o
    cross join lateral (
        values
            ('duration_min', o.duration_min), ('distance_km', o.distance_km), ('speed_kmh', o.speed_kmh),
            ('calories_pred', o.calories_pred)
    ) as m (measure, value)
    where m.value > 0
)
select distinct on (workout_type, measure) workout_type, measure, value, workout_id, local_day
from measured
order by workout_type, measure, value desc, local_day, workout_id
""")

READ_BEST_TIMES = text(f"""
with {_OWN},
times as (
    select 'day' as period, local_day as first_day, * from own
    union all
    select 'week', date_trunc('week', local_day::timestamp)::date, * from own
),
totals as (
    select
        period, first_day, count(*) as workouts_cnt, sum(duration_min) as minutes, sum(calories_pred) as calories,
        sum(points) as points
    from times
    group by period, first_day
)
select distinct on (period) period, first_day, workouts_cnt, minutes, calories, points
from totals
order by period, calories desc, first_day
""")


def read_days(connection: Connection, member_id: UUID, first: date, last: date) -> Rows:
    """Days on which the member trained, from the first to the last, both included."""
    return connection.execute(READ_DAYS, {"member_id": member_id, "first": first, "last": last}).all()


def read_bests(connection: Connection, member_id: UUID) -> Rows:
    """The best workout of each type by each measure: duration_min, distance_km, speed_kmh, calories_pred."""
    return connection.execute(READ_BESTS, {"member_id": member_id}).all()


def read_best_times(connection: Connection, member_id: UUID) -> dict[str, dict[str, Any]]:
    """The day and the week (from Monday) with the most calories; nothing for somebody without a workout."""
    rows = connection.execute(READ_BEST_TIMES, {"member_id": member_id})
    return {row.period: row._asdict() for row in rows}
