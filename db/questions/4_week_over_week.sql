-- Week over week
-- Does the club grow? Workouts and calories of each whole week, and their change from the week before.
with weeks as (
    select
        club,
        date_trunc('week', day)::date as week,
        sum(workouts_cnt) as workouts,
        round(sum(total_calories)) as kcal
    from daily_metrics
    where day < date_trunc('week', current_date)
    group by club, week
)
select
    club,
    week,
    workouts,
    round(100.0 * workouts / nullif(lag(workouts) over earlier, 0) - 100, 1) as workouts_change_pct,
    kcal,
    round((100 * kcal / nullif(lag(kcal) over earlier, 0) - 100)::numeric, 1) as kcal_change_pct
from weeks
window earlier as (partition by club order by week)
order by club, week;
