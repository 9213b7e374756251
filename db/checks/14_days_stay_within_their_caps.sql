-- a member's day stays within its caps of points, workouts and minutes
with days as (
    select
        w.member_id, w.local_day,
        count(*) as workouts, sum(p.points) as points, sum(p.credited_min) as minutes
    from workouts as w
    join predictions as p on p.workout_id = w.id
    -- Workouts beyond the daily number are credited with nothing.
    where p.standing = 'credited' and not 'daily_workouts' = any (p.points_reasons)
    group by w.member_id, w.local_day
),
broken as (
    select
        format('member %s on %s: %s points, %s workouts, %s min', member_id, local_day, points, workouts, minutes)
            as example
    from days
    -- Minutes are sums of floats.
    where points > :daily_points or workouts > :daily_workouts or minutes > :daily_minutes + 0.001
)
select
    (select count(*) from days),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
