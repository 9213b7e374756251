-- what is held or expires was taken from lots whole, and what comes back goes back whole
with moved as (
    select transfer_id, sum(amount) as total from lot_movements group by transfer_id
),
broken as (
    select format('transfer %s: %s of %s, lots %s', t.id, t.kind, t.amount, m.total) as example
    from point_transfers as t
    left join moved as m on m.transfer_id = t.id
    where
        (t.kind in ('redemption_held', 'points_expired') and m.total is distinct from -t.amount)
        -- Less, where a member owed points.
        or (
            t.kind in ('redemption_cancelled', 'redemption_expired')
            and coalesce(m.total, 0) not between 0 and t.amount
        )
)
select
    (select count(*) from point_transfers where kind in (
        'redemption_held', 'points_expired', 'redemption_cancelled', 'redemption_expired'
    )),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
