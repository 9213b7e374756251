-- The daily marts that analysts, Grafana and the UI read. They are built from the online tables.
--
-- A run of a mart: `changed_days(mart)` returns the days to rebuild (003_mart_changes.sql), `refresh_<mart>(from_day,
-- to_day)` replaces them, `check_mart(mart, from_day, to_day)` in the same transaction prevents wrong rows from being
-- committed (004_mart_checks.sql), `finish_mart_run(mart, days)` records that the mart is up to date. Any range of days
-- may be rebuilt at any time.
-- Marts have no foreign keys: their source rows may be erased before the marts follow.

-- ------------------------------------------------------------------------------------------------------------- tables

create table daily_metrics (
    day             date        not null,
    club_id         uuid        not null,
    club            text        not null,
    workouts_cnt    integer     not null check (workouts_cnt > 0),
    done_cnt        integer     not null check (done_cnt >= 0),
    failed_cnt      integer     not null check (failed_cnt >= 0),
    pending_cnt     integer     not null check (pending_cnt >= 0),
    avg_calories    float8      check (avg_calories > 0),
    median_calories float8      check (median_calories > 0),
    avg_latency_sec float8,
    p95_latency_sec float8,
    active_users    integer     not null check (active_users between 0 and done_cnt),
    total_calories  float8      not null check (total_calories >= 0),
    points_awarded  bigint      not null check (points_awarded >= 0),
    created_at      timestamptz not null default now(),
    primary key (day, club_id),
    check (workouts_cnt = done_cnt + failed_cnt + pending_cnt),
    check (
        (done_cnt = 0) = (avg_calories is null) and (done_cnt = 0) = (median_calories is null)
        and (done_cnt = 0) = (avg_latency_sec is null) and (done_cnt = 0) = (p95_latency_sec is null)
    )
);
comment on table daily_metrics is 'One row per club and day with at least one workout: activity, scoring and points.';
comment on column daily_metrics.day is
    'Day on which the workouts started, in the time zone of the club. Key with club_id.';
comment on column daily_metrics.club_id is 'clubs.id of the club.';
comment on column daily_metrics.club is 'Short name of the club, such as main.';
comment on column daily_metrics.workouts_cnt is 'Workouts of the day; done_cnt + failed_cnt + pending_cnt.';
comment on column daily_metrics.done_cnt is 'Workouts that were scored.';
comment on column daily_metrics.failed_cnt is 'Workouts whose scoring failed permanently.';
comment on column daily_metrics.pending_cnt is 'Workouts that were pending when the row was built.';
comment on column daily_metrics.avg_calories is
    'Mean gross kcal of a scored workout, to 0.001; null when none was scored.';
comment on column daily_metrics.median_calories is
    'Median gross kcal of a scored workout, interpolated; null when none was scored.';
comment on column daily_metrics.avg_latency_sec is
    'Mean seconds from acceptance to result of a scored workout; null when none was scored.';
comment on column daily_metrics.p95_latency_sec is
    '95th percentile of the seconds from acceptance to result of the scored workouts, interpolated; null when none '
    'was scored.';
comment on column daily_metrics.active_users is 'Distinct members with a scored workout. Not additive over days.';
comment on column daily_metrics.total_calories is 'Sum of gross kcal of the scored workouts, to 0.1.';
comment on column daily_metrics.points_awarded is
    'Points awarded for the workouts of the day, whenever they were booked; held workouts have none yet.';
comment on column daily_metrics.created_at is 'When the row was built (UTC).';

create table hourly_metrics (
    day          date        not null,
    club_id      uuid        not null,
    club         text        not null,
    hour         smallint    not null check (hour between 0 and 23),
    workouts_cnt integer     not null check (workouts_cnt > 0),
    active_users integer     not null check (active_users between 0 and workouts_cnt),
    created_at   timestamptz not null default now(),
    primary key (day, club_id, hour)
);
comment on table hourly_metrics is
    'One row per club, day and hour in which a workout started. Built together with daily_metrics.';
comment on column hourly_metrics.day is
    'Day on which the workouts started, in the time zone of the club. Key with club_id and hour.';
comment on column hourly_metrics.club_id is 'clubs.id of the club.';
comment on column hourly_metrics.club is 'Short name of the club, such as main.';
comment on column hourly_metrics.hour is 'Hour in which the workouts started, 0 to 23, in the time zone of the club.';
comment on column hourly_metrics.workouts_cnt is
    'Workouts that started in the hour. Their sum over a day is daily_metrics.workouts_cnt.';
comment on column hourly_metrics.active_users is
    'Distinct members with a scored workout that started in the hour. Not additive over hours.';
comment on column hourly_metrics.created_at is 'When the row was built (UTC).';

create table leaderboard_daily (
    day            date        not null,
    club_id        uuid        not null,
    club           text        not null,
    user_id        text        not null,
    total_calories float8      not null check (total_calories >= 0),
    workouts_cnt   integer     not null check (workouts_cnt > 0),
    rank           integer     not null check (rank > 0),
    created_at     timestamptz not null default now(),
    primary key (day, club_id, user_id)
);
create index leaderboard_daily_page on leaderboard_daily (day, club_id, rank, user_id);
comment on table leaderboard_daily is
    'One row per club, day and member with a rank: scored workouts that are not held for review count. Members who '
    'opted out are not in it.';
comment on column leaderboard_daily.day is
    'Day on which the workouts started, in the time zone of the club. Key with club_id and user_id.';
comment on column leaderboard_daily.club_id is 'clubs.id of the club.';
comment on column leaderboard_daily.club is 'Short name of the club, such as main.';
comment on column leaderboard_daily.user_id is
    'The club''s or partner''s own identifier for the member, unique in the club.';
comment on column leaderboard_daily.total_calories is 'Sum of gross kcal of the counted workouts, to 0.1.';
comment on column leaderboard_daily.workouts_cnt is 'Counted workouts of the member on the day.';
comment on column leaderboard_daily.rank is
    'Rank by total_calories in the club on the day, from 1. Equal totals share a rank and the next one is skipped: '
    '1, 2, 2, 4.';
comment on column leaderboard_daily.created_at is 'When the row was built (UTC).';

-- --------------------------------------------------------------------------------------------------------------- runs

create or replace function marts() returns text[] language sql immutable parallel safe
return array['daily_metrics', 'leaderboard_daily', 'feature_drift_daily', 'points_liability_daily'];
comment on function marts() is 'The marts that have runs, in the order in which they are built.';

create domain mart_name as text check (value = any (marts()));
comment on domain mart_name is 'The name of a mart that has runs: one of marts().';

create table mart_runs (
    mart        mart_name   primary key,
    finished_at timestamptz not null,
    days        integer     not null check (days >= 0)
);
comment on table mart_runs is 'One row per mart: its latest run that rebuilt all changed days. No row: never.';
comment on column mart_runs.mart is 'Name of the mart.';
comment on column mart_runs.finished_at is
    'When that run finished (UTC): the freshness of the mart, also when nothing had changed.';
comment on column mart_runs.days is 'Days that the run rebuilt; 0 when nothing had changed.';

-- ------------------------------------------------------------------------------------------------------------ refresh

create or replace function begin_mart_refresh(mart mart_name, from_day date, to_day date) returns void
language plpgsql as $$
begin
    if (from_day <= to_day) is not true then
        raise exception 'cannot refresh % from % to %', mart, from_day, to_day
            using errcode = 'invalid_parameter_value', hint = 'Give two days, the first not after the second.';
    end if;
    -- One refresh of a mart at a time, until the end of the transaction. The rest sees everything the last one
    -- committed.
    perform pg_advisory_xact_lock(hashtext('fitburn.mart.' || mart));
    -- Take the marks before reading: changes committed in between are read now and marked for the next run.
    perform take_marks(mart, from_day, to_day);
end
$$;
comment on function begin_mart_refresh(mart_name, date, date) is
    'First step of every refresh: takes the mart''s lock and the marks of the days.';

-- `limit 1`: see predictions in 001_init.sql.
create or replace function scored_workouts(from_day date, to_day date) returns table (
    local_day date, club_id uuid, member_id uuid, ts timestamptz, gender text, age smallint, height_cm float8,
    weight_kg float8, duration_min float8, avg_hr float8, speed_kmh float8, workout_type text,
    status text, calories_pred float8, points integer, held boolean, latency_sec numeric
) language sql stable as $$
    select
        w.local_day, w.club_id, w.member_id, w.ts, w.gender, w.age, w.height_cm, w.weight_kg, w.duration_min, w.avg_hr,
        -- Without a measured speed it is derived from the distance, as in fitburn.features.
        coalesce(w.speed_kmh, w.distance_km * 60 / w.duration_min), w.workout_type,
        p.status, p.calories_pred, p.points, p.standing is distinct from 'credited',
        extract(epoch from p.processed_at - p.created_at)
    from workouts as w
    cross join lateral (
        select status, calories_pred, points, standing, processed_at, created_at
        from predictions
        where workout_id = w.id
        limit 1
    ) as p
    where w.local_day between from_day and to_day and p.standing is distinct from 'deleted'
$$;
comment on function scored_workouts(date, date) is
    'One row per workout of these days (both included) that is not deleted, with its result, as the marts count it.';

create or replace function refresh_daily_metrics(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    rows_built integer;
begin
    perform begin_mart_refresh('daily_metrics', from_day, to_day);
    delete from daily_metrics where day between from_day and to_day;
    delete from hourly_metrics where day between from_day and to_day;

    -- Sums and means use numeric, so that the result does not depend on the order of the rows.
    insert into daily_metrics (
        day, club_id, club, workouts_cnt, done_cnt, failed_cnt, pending_cnt, avg_calories, median_calories,
        avg_latency_sec, p95_latency_sec, active_users, total_calories, points_awarded
    )
    with days as (
        select
            local_day, club_id,
            count(*) as workouts_cnt,
            count(*) filter (where status = 'done') as done_cnt,
            count(*) filter (where status = 'failed') as failed_cnt,
            count(*) filter (where status = 'pending') as pending_cnt,
            round(avg(calories_pred::numeric), 3) as avg_calories,
            percentile_cont(0.5) within group (order by calories_pred) as median_calories,
            round(avg(latency_sec) filter (where status = 'done'), 6) as avg_latency_sec,
            percentile_cont(0.95) within group (order by latency_sec::float8)
                filter (where status = 'done') as p95_latency_sec,
            count(distinct member_id) filter (where status = 'done') as active_users,
            coalesce(round(sum(calories_pred::numeric), 1), 0) as total_calories,
            coalesce(sum(points), 0) as points_awarded
        from scored_workouts(from_day, to_day)
        group by local_day, club_id
    )
    select
        d.local_day, d.club_id, c.slug, d.workouts_cnt, d.done_cnt, d.failed_cnt, d.pending_cnt, d.avg_calories,
        d.median_calories, d.avg_latency_sec, d.p95_latency_sec, d.active_users, d.total_calories, d.points_awarded
    from days as d
    join clubs as c on c.id = d.club_id;
    get diagnostics rows_built = row_count;

    insert into hourly_metrics (day, club_id, club, hour, workouts_cnt, active_users)
    with started as (
        select
            w.local_day, w.club_id, w.member_id, c.slug, w.status,
            extract(hour from w.ts at time zone c.time_zone) as hour
        from scored_workouts(from_day, to_day) as w
        join clubs as c on c.id = w.club_id
    )
    select local_day, club_id, slug, hour, count(*), count(distinct member_id) filter (where status = 'done')
    from started
    group by local_day, club_id, slug, hour;

    return rows_built;
end
$$;
comment on function refresh_daily_metrics(date, date) is
    'Replaces these days (both included) of daily_metrics and hourly_metrics; returns the number of rows of '
    'daily_metrics.';

create or replace function refresh_leaderboard_daily(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    rows_built integer;
begin
    perform begin_mart_refresh('leaderboard_daily', from_day, to_day);
    delete from leaderboard_daily where day between from_day and to_day;

    -- Ranked by the rounded totals, so that members with the same visible number share a place.
    insert into leaderboard_daily (day, club_id, club, user_id, total_calories, workouts_cnt, rank)
    with totals as (
        select
            local_day, club_id, member_id,
            round(sum(calories_pred::numeric), 1) as total_calories,
            count(*) as workouts_cnt
        from scored_workouts(from_day, to_day)
        where status = 'done' and not held
        group by local_day, club_id, member_id
    )
    select
        t.local_day, t.club_id, c.slug, u.user_id, t.total_calories, t.workouts_cnt,
        rank() over (partition by t.local_day, t.club_id order by t.total_calories desc)
    from totals as t
    join users as u on u.id = t.member_id
    join clubs as c on c.id = t.club_id
    where not u.leaderboard_opt_out;
    get diagnostics rows_built = row_count;
    return rows_built;
end
$$;
comment on function refresh_leaderboard_daily(date, date) is
    'Replaces these days (both included) of leaderboard_daily; returns the number of rows.';

-- ------------------------------------------------------------------------------------------------------------- rights

grant usage on schema public to analyst, grafana;
grant select on daily_metrics, hourly_metrics, leaderboard_daily, mart_runs to analyst, grafana;
grant select on daily_metrics, leaderboard_daily, mart_runs to fitburn_app;
