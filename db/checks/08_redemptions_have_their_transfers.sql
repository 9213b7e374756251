-- every redemption has the transfers of its status, and every such transfer its redemption
with booked as (
    select source_id, array_agg(kind order by kind) as kinds, min(amount) as least, max(amount) as most
    from point_transfers
    where kind like 'redemption\_%'
    group by source_id
),
broken as (
    select
        format('redemption %s: %s of %s points, booked %s', coalesce(r.id, b.source_id), r.status, r.cost, b.kinds)
            as example
    from redemptions as r
    full join booked as b on b.source_id = r.id
    where
        b.kinds is distinct from (
            select array_agg(distinct k order by k)
            from unnest(array['redemption_held', 'redemption_' || r.status]) as k
        )
        or b.least <> r.cost or b.most <> r.cost
)
select
    (select count(*) from redemptions),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
