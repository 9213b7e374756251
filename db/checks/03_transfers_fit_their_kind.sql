-- a transfer goes between the accounts of its kind, in one club
with broken as (
    select format('transfer %s: %s from %s to %s', t.id, t.kind, g.kind, r.kind) as example
    from point_transfers as t
    join point_accounts as g on g.id = t.from_account
    join point_accounts as r on r.id = t.to_account
    where
        g.club_id <> r.club_id or g.member_id <> r.member_id
        or not exists (select from transfer_kinds as k where (k.kind, k.giver, k.taker) = (t.kind, g.kind, r.kind))
)
select
    (select count(*) from point_transfers),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
