-- every award has its workout, and what is left of it is the prediction's points
with booked as (
    select
        t.source_id,
        sum(case t.kind when 'workout_award' then t.amount else -t.amount end) as points,
        min(coalesce(giver.member_id, taker.member_id)::text) as member_id
    from point_transfers as t
    join point_accounts as giver on giver.id = t.from_account
    join point_accounts as taker on taker.id = t.to_account
    where t.kind in ('workout_award', 'workout_reversal')
    group by t.source_id
),
broken as (
    select
        format(
            'workout %s: prediction %s, booked %s', coalesce(p.workout_id, b.source_id), p.points, coalesce(b.points, 0)
        ) as example
    from booked as b
    full join (
        select p.workout_id, coalesce(p.points, 0) as points, p.standing, w.member_id
        from predictions as p
        join workouts as w on w.id = p.workout_id
    ) as p on p.workout_id = b.source_id
    where
        p.points is distinct from coalesce(b.points, 0)
        or p.member_id::text <> b.member_id
        or (p.standing is distinct from 'credited' and p.points <> 0)
)
select
    (select count(*) from booked),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
