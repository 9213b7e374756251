-- every adjustment, review, closed redemption and operator's challenge is in the audit log
with done as (
    select source_id as id, 'points.adjusted' as action from point_transfers where kind = 'adjustment'
    union all
    select workout_id, 'workout.' || review from predictions where review is not null
    union all
    select id, 'redemption.' || status from redemptions where status <> 'held'
    union all
    select id, 'challenge.created' from challenges where created_by is not null
),
noted as (
    select action, case action when 'points.adjusted' then id else subject_id end as id from audit_log
),
broken as (
    select format('%s of %s', d.action, d.id) as example
    from done as d
    left join noted as n on n.id = d.id and n.action = d.action
    where n.id is null
)
select
    (select count(*) from done),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
