-- the lots of a member sum to the balance, to 0 while it is below 0
with lots as (
    select account_id, sum(remaining) as total from point_lots group by account_id
),
broken as (
    select format('member %s: balance %s, lots %s', a.member_id, a.balance, coalesce(l.total, 0)) as example
    from point_accounts as a
    left join lots as l on l.account_id = a.id
    where a.kind = 'member' and greatest(a.balance, 0) <> coalesce(l.total, 0)
)
select
    (select count(*) from point_accounts where kind = 'member'),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
