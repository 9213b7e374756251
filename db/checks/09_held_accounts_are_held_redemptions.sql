-- what a member has put aside is what their held redemptions cost
with held as (
    select member_id, sum(cost) as total from redemptions where status = 'held' group by member_id
),
broken as (
    select
        format('member %s: put aside %s, redemptions %s', coalesce(a.member_id, h.member_id), a.balance, h.total)
            as example
    from (select member_id, balance from point_accounts where kind = 'held') as a
    full join held as h on h.member_id = a.member_id
    where coalesce(a.balance, 0) <> coalesce(h.total, 0)
)
select
    (select count(*) from point_accounts where kind = 'held'),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
