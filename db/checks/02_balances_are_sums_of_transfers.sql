-- a balance is the sum of its transfers
with moves as (
    select to_account as account, amount from point_transfers
    union all
    select from_account, -amount from point_transfers
),
sums as (
    select account, sum(amount) as total from moves group by account
),
broken as (
    select format('account %s: balance %s, transfers %s', a.id, a.balance, coalesce(s.total, 0)) as example
    from point_accounts as a
    left join sums as s on s.account = a.id
    where a.balance <> coalesce(s.total, 0)
)
select
    (select count(*) from point_transfers),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
