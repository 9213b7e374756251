-- Retention by week
-- Of the members who had their first workout in a week, how many were active one, four and eight weeks later?
-- Weeks begin on Monday. Members who opted out of the leaderboard are not counted.
with visits as (
    select distinct club, user_id, date_trunc('week', day)::date as week
    from leaderboard_daily
),
cohorts as (
    select *, min(week) over (partition by club, user_id) as first_week from visits
)
select
    club,
    first_week,
    count(distinct user_id) as members,
    round(100.0 * count(*) filter (where week = first_week + 7) / count(distinct user_id)) as after_1_week_pct,
    round(100.0 * count(*) filter (where week = first_week + 28) / count(distinct user_id)) as after_4_weeks_pct,
    round(100.0 * count(*) filter (where week = first_week + 56) / count(distinct user_id)) as after_8_weeks_pct
from cohorts
group by club, first_week
order by club, first_week;
