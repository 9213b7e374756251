-- Names every rule of the books that the database breaks, with an example. None: the books balance.
-- True at any moment, whatever is pending: an award is committed together with its prediction.
with scored as (
    select
        w.id, w.member_id, w.local_day, w.ts, w.ts + w.duration_min * interval '1 minute' as ended_at,
        p.standing, p.review, 'daily_workouts' = any (p.points_reasons) as beyond_the_day,
        p.points, p.credited_min, t.amount, t.amount - coalesce(r.amount, 0) as kept, t.from_account, t.to_account
    from workouts as w
    join predictions as p on p.workout_id = w.id
    left join point_transfers as t on t.kind = 'workout_award' and t.source_id = w.id
    left join point_transfers as r on r.kind = 'workout_reversal' and r.source_id = w.id
),
credited as (
    select * from scored where standing = 'credited' and not beyond_the_day
),
days as (
    select
        member_id, local_day,
        count(*) as workouts, sum(points) as points, sum(credited_min) as minutes
    from credited
    group by member_id, local_day
),
booked as (
    select a.id, a.balance, coalesce(sum(case when t.to_account = a.id then t.amount else -t.amount end), 0) as points
    from point_accounts as a
    left join point_transfers as t on a.id in (t.from_account, t.to_account)
    group by a.id, a.balance
)
select 'a balance is the sum of its transfers' as rule, id::text as example from booked where balance <> points
union all
select 'all balances sum to zero', sum(balance)::text from point_accounts having sum(balance) <> 0
union all
select 'a workout has its prediction', w.id::text
from workouts as w
where not exists (select from predictions as p where p.workout_id = w.id)
union all
select 'points are what was booked', id::text from scored where coalesce(points, 0) <> coalesce(kept, 0)
union all
select 'what is held earns nothing', id::text from scored where standing = 'held' and (points <> 0 or credited_min <> 0)
union all
select 'an award goes from the club to the member', s.id::text
from scored as s
join point_accounts as giver on giver.id = s.from_account
join point_accounts as taker on taker.id = s.to_account
where giver.kind <> 'issued' or giver.club_id <> taker.club_id or taker.member_id is distinct from s.member_id
union all
select 'an award has its workout', t.source_id::text
from point_transfers as t
where t.kind = 'workout_award' and not exists (select from workouts as w where w.id = t.source_id)
union all
select 'a day earns at most 150 points', member_id::text from days where points > 150
union all
select 'a day credits at most 3 workouts', member_id::text from days where workouts > 3
union all
select 'a day credits at most 240 minutes', member_id::text from days where minutes > 240.001
union all
select 'workouts that overlap are not both credited', one.id::text
from credited as one
join credited as other on other.member_id = one.member_id and other.id < one.id
-- An operator who has looked may find that both were done.
where one.ts < other.ended_at and other.ts < one.ended_at and one.review is null and other.review is null
