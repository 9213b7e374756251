-- every credit of a member has its lot, with what its movements left
with moved as (
    select lot_id, sum(amount) as total from lot_movements group by lot_id
),
credits as (
    select t.id, t.amount, t.to_account
    from point_transfers as t
    join point_accounts as a on a.id = t.to_account and a.kind = 'member'
    where t.kind not in ('redemption_cancelled', 'redemption_expired')
),
broken as (
    select
        format(
            'credit %s of %s: lot of %s, %s left, %s by its movements',
            coalesce(t.id, l.transfer_id), t.amount, l.amount, l.remaining, l.amount + coalesce(m.total, 0)
        ) as example
    from credits as t
    full join point_lots as l on l.transfer_id = t.id
    left join moved as m on m.lot_id = l.transfer_id
    where
        (l.amount, l.account_id) is distinct from (t.amount, t.to_account)
        or l.remaining <> l.amount + coalesce(m.total, 0) or l.remaining < 0
)
select
    (select count(*) from point_lots),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
