-- every workout has its prediction
with broken as (
    select format('workout %s', w.id) as example
    from workouts as w
    where not exists (select from predictions as p where p.workout_id = w.id)
)
select
    (select count(*) from workouts),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
