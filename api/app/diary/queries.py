"""Queries on a member's diary: days and personal bests."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Rows

READ_DAYS = text("""
select
    w.local_day as day,
    count(*) as workouts_cnt,
    sum(w.duration_min) as minutes,
    coalesce(sum(p.calories_pred), 0) as calories,
    coalesce(sum(p.points), 0) as points
from workouts as w
join predictions as p on p.workout_id = w.id
where
    w.member_id = :member_id and w.local_day between :first and :last
    and p.standing is distinct from 'deleted'
group by w.local_day
order by w.local_day
""")

# Only credited workouts can be bests: scored, and neither held for review nor rejected. Ties go to the earliest.
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
tops as (
    select
        *, max(duration_min) over of_type as longest, max(distance_km) over of_type as farthest,
        max(speed_kmh) over of_type as fastest, max(calories_pred) over of_type as hardest
    from own
    window of_type as (partition by workout_type)
)
select distinct on (t.workout_type, m.measure) t.workout_type, m.measure, m.value, t.id as workout_id, t.local_day
from tops as t
cross join lateral (
    values
        ('duration_min', t.duration_min, t.longest), ('distance_km', t.distance_km, t.farthest),
        ('speed_kmh', t.speed_kmh, t.fastest), ('calories_pred', t.calories_pred, t.hardest)
) as m (measure, value, top)
where m.value = m.top and m.value > 0
order by t.workout_type, m.measure, t.local_day, t.id
""")

READ_BEST_TIMES = text(f"""
with {_OWN},
days as (
    select
        local_day as first_day, count(*) as workouts_cnt, sum(duration_min) as minutes, sum(calories_pred) as calories,
        sum(points) as points
    from own
    group by local_day
),
weeks as (
    select
        date_trunc('week', first_day::timestamp)::date as first_day, sum(workouts_cnt) as workouts_cnt,
        sum(minutes) as minutes, sum(calories) as calories, sum(points) as points
    from days
    group by 1
)
(select 'day' as period, * from days order by calories desc, first_day limit 1)
union all
(select 'week', * from weeks order by calories desc, first_day limit 1)
""")


def read_days(connection: Connection, member_id: UUID, first: date, last: date) -> Rows:
    """Days with workouts, between `first` and `last` (both included)."""
    return connection.execute(READ_DAYS, {"member_id": member_id, "first": first, "last": last}).all()


def read_bests(connection: Connection, member_id: UUID) -> Rows:
    """The best workout per type and measure: duration_min, distance_km, speed_kmh, calories_pred."""
    return connection.execute(READ_BESTS, {"member_id": member_id}).all()


def read_best_times(connection: Connection, member_id: UUID) -> dict[str, dict[str, Any]]:
    """The day and the week (from Monday) with the most calories; empty for a member without workouts."""
    rows = connection.execute(READ_BEST_TIMES, {"member_id": member_id})
    return {row.period: row._asdict() for row in rows}
