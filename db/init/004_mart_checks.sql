-- Checks of the marts against their sources. The constraints of the tables check single rows; the functions here check
-- what rows must agree with.

create or replace function settled_days(mart mart_name, from_day date, to_day date) returns setof date
language sql stable as $$
    select d::date from generate_series(from_day, to_day, interval '1 day') as d
    except
    select changed_days(settled_days.mart)
$$;
comment on function settled_days(mart_name, date, date) is
    'The days (both included) that can be compared with their source. A day that changed since its refresh carries a '
    'mark from the same commit and is rebuilt by the next run.';

create or replace function daily_metrics_faults(from_day date, to_day date) returns table (day date, fault text)
language sql stable set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
    with source as (
        select
            w.local_day as day, w.club_id,
            count(*) as workouts_cnt,
            count(*) filter (where w.status = 'done') as done_cnt,
            count(*) filter (where w.status = 'failed') as failed_cnt,
            coalesce(sum(w.points), 0) as points_awarded,
            coalesce(sum(w.calories_pred::numeric), 0) as total_calories
        from scored_workouts(from_day, to_day) as w
        group by w.local_day, w.club_id
    ),
    hours as (
        select h.day, h.club_id, sum(h.workouts_cnt) as workouts_cnt
        from hourly_metrics as h
        where h.day between from_day and to_day
        group by h.day, h.club_id
    ),
    built as (
        select * from daily_metrics as m where m.day between from_day and to_day
    )
    select
        day,
        format(
            'club %s has workouts %s (source %s, hours %s), done %s (%s), failed %s (%s), points %s (%s), kcal %s (%s)',
            club_id, b.workouts_cnt, s.workouts_cnt, h.workouts_cnt, b.done_cnt, s.done_cnt, b.failed_cnt, s.failed_cnt,
            b.points_awarded, s.points_awarded, b.total_calories, s.total_calories
        )
    from source as s
    full join built as b using (day, club_id)
    full join hours as h using (day, club_id)
    join settled_days('daily_metrics', from_day, to_day) as settled (day) using (day)
    where (b.workouts_cnt, b.done_cnt, b.failed_cnt, b.points_awarded, h.workouts_cnt)
        is distinct from (s.workouts_cnt, s.done_cnt, s.failed_cnt, s.points_awarded, s.workouts_cnt)
        or abs(b.total_calories - s.total_calories) > 0.06
    order by day, club_id
$$;
comment on function daily_metrics_faults(date, date) is
    'Days (both included) on which daily_metrics or hourly_metrics disagree with the workouts; no rows: no faults.';

create or replace function leaderboard_daily_faults(from_day date, to_day date) returns table (day date, fault text)
language sql stable set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
    with source as (
        select
            w.local_day as day, w.club_id,
            count(distinct w.member_id) as members,
            count(*) as workouts_cnt,
            sum(w.calories_pred::numeric) as total_calories
        from scored_workouts(from_day, to_day) as w
        join users as u on u.id = w.member_id
        where w.status = 'done' and not w.held and not u.leaderboard_opt_out
        group by w.local_day, w.club_id
    ),
    places as (
        select *, rank() over (partition by m.day, m.club_id order by m.total_calories desc) as place
        from leaderboard_daily as m
        where m.day between from_day and to_day
    ),
    built as (
        select
            m.day, m.club_id,
            count(*) as members,
            sum(m.workouts_cnt) as workouts_cnt,
            sum(m.total_calories) as total_calories,
            count(*) filter (where m.rank <> m.place) as misplaced
        from places as m
        group by m.day, m.club_id
    )
    select
        day,
        format(
            'club %s has members %s (source %s), workouts %s (%s), kcal %s (%s), members out of place %s', club_id,
            b.members, s.members, b.workouts_cnt, s.workouts_cnt, b.total_calories, s.total_calories, b.misplaced
        )
    from source as s
    full join built as b using (day, club_id)
    join settled_days('leaderboard_daily', from_day, to_day) as settled (day) using (day)
    -- Each member's total is rounded to 0.1.
    where (b.members, b.workouts_cnt, b.misplaced) is distinct from (s.members, s.workouts_cnt, 0::bigint)
        or abs(b.total_calories - s.total_calories) > 0.06 * s.members
    order by day, club_id
$$;
comment on function leaderboard_daily_faults(date, date) is
    'Days (both included) on which leaderboard_daily disagrees with the workouts, or a rank is not 1 + the number of '
    'better totals; no rows: no faults.';

create or replace function check_mart(mart mart_name, from_day date, to_day date) returns void language plpgsql as $$
declare
    faults text;
begin
    execute format('select string_agg(day || '': '' || fault, E''\n'') from %I($1, $2)', mart || '_faults')
        into faults using from_day, to_day;
    if faults is not null then
        raise exception '% is not right:%', mart, E'\n' || faults
            using errcode = 'check_violation',
            hint = 'In the transaction of a refresh: nothing was changed. Otherwise refresh these days.';
    end if;
end
$$;
comment on function check_mart(mart_name, date, date) is
    'Raises an error that names each fault of the mart on these days (both included). In the transaction of a '
    'refresh it prevents the commit of a wrong day.';
