-- credited workouts of a member do not overlap, unless an operator has approved one
with credited as (
    select
        w.id, w.member_id, w.ts,
        max(w.ts + w.duration_min * interval '1 minute') over (
            partition by w.member_id order by w.ts, w.id rows between unbounded preceding and 1 preceding
        ) as busy_until
    from workouts as w
    join predictions as p on p.workout_id = w.id
    where p.standing = 'credited' and p.review is null and not 'daily_workouts' = any (p.points_reasons)
),
broken as (
    select format('workout %s of member %s: starts at %s, before %s', id, member_id, ts, busy_until) as example
    from credited
    where ts < busy_until
)
select
    (select count(*) from credited),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
