-- Points per active member
-- What does a member's day in the gym cost the club in points? By week; a member is counted once for each active day.
select
    club,
    date_trunc('week', day)::date as week,
    sum(points_awarded) as points,
    sum(active_users) as active_member_days,
    round(sum(points_awarded)::numeric / nullif(sum(active_users), 0), 1) as points_per_active_member_day
from daily_metrics
group by club, week
order by club, week;
