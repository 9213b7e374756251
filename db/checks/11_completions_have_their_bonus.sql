-- every completed challenge has its bonus, once, and every bonus its completion
with booked as (
    select t.source_id, count(*) as times, min(t.amount) as points, min(taker.member_id::text)::uuid as member_id
    from point_transfers as t
    join point_accounts as taker on taker.id = t.to_account
    where t.kind = 'challenge_bonus'
    group by t.source_id
),
completed as (
    select id, member_id, bonus_points, count(*) over (partition by challenge_id, member_id) as times
    from challenge_completions
),
broken as (
    select
        format(
            'completion %s: %s points for member %s, booked %s times %s for member %s',
            coalesce(c.id, b.source_id), c.bonus_points, c.member_id, coalesce(b.times, 0), b.points, b.member_id
        ) as example
    from completed as c
    full join booked as b on b.source_id = c.id
    where (c.bonus_points, c.member_id, c.times, 1) is distinct from (b.points, b.member_id, 1, b.times)
)
select
    (select count(*) from completed),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
