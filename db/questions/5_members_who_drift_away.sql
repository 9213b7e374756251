-- Members who drift away
-- Who came at least twice a week in the eight weeks before the last two, and not at all since? Most eager first.
with last as (
    select club, max(day) as day from leaderboard_daily group by club
)
select
    b.club,
    b.user_id,
    count(*) as active_days_before,
    max(b.day) as last_seen,
    round(sum(b.total_calories)) as kcal_before
from leaderboard_daily as b
join last on last.club = b.club and b.day > last.day - 70
group by b.club, b.user_id, last.day
having count(*) filter (where b.day <= last.day - 14) >= 16 and max(b.day) <= last.day - 14
order by b.club, active_days_before desc, b.user_id;
