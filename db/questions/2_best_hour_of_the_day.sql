-- Best hour of the day
-- When is the club fullest? Mean workouts that start in each hour, on weekdays and at weekends, over the last 12 weeks.
with recent as (
    select club, day, hour, workouts_cnt, extract(isodow from day) >= 6 as weekend
    from hourly_metrics
    where day > (select max(day) from hourly_metrics) - 84
),
-- A quiet hour has no row, so the mean is over the days of the kind, not over the rows.
days as (
    select club, weekend, count(distinct day) as days from recent group by club, weekend
)
select
    club,
    case when weekend then 'weekend' else 'weekday' end as kind_of_day,
    hour,
    round(sum(workouts_cnt)::numeric / days, 1) as workouts_a_day,
    rank() over (partition by club, weekend order by sum(workouts_cnt) desc) as place
from recent
join days using (club, weekend)
group by club, weekend, hour, days
order by club, weekend, place;
