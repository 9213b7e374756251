-- only credited workouts have points, credited kcal or credited minutes
with broken as (
    select
        format('workout %s: %s, %s points, %s kcal, %s min', workout_id, standing, points, credited_kcal, credited_min)
            as example
    from predictions
    where
        standing is distinct from 'credited'
        and (coalesce(points, 0) <> 0 or coalesce(credited_kcal, 0) <> 0 or coalesce(credited_min, 0) <> 0)
)
select
    (select count(*) from predictions),
    (select count(*) from broken),
    (select array_agg(example) from (select example from broken limit :shown) as first_ones)
