-- all balances of a club sum to 0
with clubs_sums as (
    select club_id, count(*) as accounts, sum(balance) as total from point_accounts group by club_id
),
broken as (
    select format('club %s: %s', club_id, total) as example from clubs_sums where total <> 0
)
select
    (select coalesce(sum(accounts), 0) from clubs_sums),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
