-- FitBurn Rewards: the daily marts that analysts, Grafana and the UI read. They are built from the online tables.
--
-- A run of a mart: `changed_days(mart)` says which days to rebuild, `refresh_<mart>(from_day, to_day)` replaces them,
-- `finish_mart_run(mart, days)` says that the mart is up to date. Any range of days may be rebuilt at any time.
-- Marts have no foreign keys: they are derived, and what they are derived from may be erased before they follow.

-- Roles belong to the whole server, so another database of it may have made them already, perhaps this moment.
do $$
declare
    reader text;
begin
    foreach reader in array array['analyst', 'grafana'] loop
        begin
            execute format('create role %I nologin', reader);
        exception
            when duplicate_object or unique_violation then null;
        end;
    end loop;
end
$$;

-- --------------------------------------------------------------------------------------------------------- the marts

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
comment on table daily_metrics is 'One row per club and day with at least one workout: what was done, how it was scored and what it earned.';
comment on column daily_metrics.day is 'Day on which the workouts started, in the time zone of the club. Key with club_id.';
comment on column daily_metrics.club_id is 'clubs.id of the club.';
comment on column daily_metrics.club is 'Short name of the club, such as main.';
comment on column daily_metrics.workouts_cnt is 'Workouts of the day; done_cnt + failed_cnt + pending_cnt.';
comment on column daily_metrics.done_cnt is 'Workouts that were scored.';
comment on column daily_metrics.failed_cnt is 'Workouts that could not be scored, for good.';
comment on column daily_metrics.pending_cnt is 'Workouts that waited to be scored when the row was built.';
comment on column daily_metrics.avg_calories is 'Mean gross kcal of a scored workout, to 0.001; null when none was scored.';
comment on column daily_metrics.median_calories is 'Median gross kcal of a scored workout, interpolated; null when none was scored.';
comment on column daily_metrics.avg_latency_sec is 'Mean seconds from acceptance to result of a scored workout; null when none was scored.';
comment on column daily_metrics.p95_latency_sec is 'Seconds from acceptance to result within which 95 % of the scored workouts stayed, interpolated; null when none was scored.';
comment on column daily_metrics.active_users is 'Distinct members with a scored workout. Not additive over days.';
comment on column daily_metrics.total_calories is 'Sum of gross kcal of the scored workouts, to 0.1.';
comment on column daily_metrics.points_awarded is 'Points given for the workouts of the day, whenever they were booked; what is held for review has none yet.';
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
comment on table hourly_metrics is 'One row per club, day and hour in which a workout started: when members come. Built together with daily_metrics.';
comment on column hourly_metrics.day is 'Day on which the workouts started, in the time zone of the club. Key with club_id and hour.';
comment on column hourly_metrics.club_id is 'clubs.id of the club.';
comment on column hourly_metrics.club is 'Short name of the club, such as main.';
comment on column hourly_metrics.hour is 'Hour in which the workouts started, 0 to 23, in the time zone of the club.';
comment on column hourly_metrics.workouts_cnt is 'Workouts that started in the hour. Their sum over a day is daily_metrics.workouts_cnt.';
comment on column hourly_metrics.active_users is 'Distinct members with a scored workout that started in the hour. Not additive over hours.';
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
comment on table leaderboard_daily is 'One row per club, day and member who earned a place: workouts that were scored and are not held for review count. Members who opted out are not in it.';
comment on column leaderboard_daily.day is 'Day on which the workouts started, in the time zone of the club. Key with club_id and user_id.';
comment on column leaderboard_daily.club_id is 'clubs.id of the club.';
comment on column leaderboard_daily.club is 'Short name of the club, such as main.';
comment on column leaderboard_daily.user_id is 'The club''s or partner''s own name for the member, unique in the club.';
comment on column leaderboard_daily.total_calories is 'Sum of gross kcal of the counted workouts, to 0.1.';
comment on column leaderboard_daily.workouts_cnt is 'Counted workouts of the member on the day.';
comment on column leaderboard_daily.rank is 'Place by total_calories in the club on the day, from 1. Equal totals share a place and the next one is left out: 1, 2, 2, 4.';
comment on column leaderboard_daily.created_at is 'When the row was built (UTC).';

create table feature_drift_daily (
    day           date        not null,
    feature       text        not null,
    n             integer     not null check (n > 0),
    psi           float8      not null check (psi >= 0),
    model_version text        not null,
    created_at    timestamptz not null default now(),
    primary key (day, feature)
);
comment on table feature_drift_daily is 'One row per day and model input (and calories_pred) on days with at least 500 scored workouts of all clubs together: how far they are from what the model learned from. Over all clubs, since they share one model and a single club rarely has 500 workouts a day.';
comment on column feature_drift_daily.day is 'Day on which the workouts started, each in the time zone of its club. Key with feature.';
comment on column feature_drift_daily.feature is 'Name of the model input as in features.json, or calories_pred for the output.';
comment on column feature_drift_daily.n is 'Scored workouts that were compared.';
comment on column feature_drift_daily.psi is 'Population stability index against the reference, without unit: sum of (share − expected) × ln(share ÷ expected) over the bins, a missing value being a bin of its own. Customary reading: below 0.1 stable, above 0.25 drifted.';
comment on column feature_drift_daily.model_version is 'Version of the model whose training set is the reference.';
comment on column feature_drift_daily.created_at is 'When the row was built (UTC).';

-- ------------------------------------------------------------------------------------- what a run needs besides them

create domain mart_name as text check (value in ('daily_metrics', 'leaderboard_daily', 'feature_drift_daily'));
comment on domain mart_name is 'A mart that is refreshed by a run of its own.';

create table mart_runs (
    mart        mart_name   primary key,
    finished_at timestamptz not null,
    days        integer     not null check (days >= 0)
);
comment on table mart_runs is 'One row per mart: its latest run that rebuilt all that had changed. No row: never.';
comment on column mart_runs.mart is 'Name of the mart.';
comment on column mart_runs.finished_at is 'When that run was finished (UTC): how fresh the mart is, also when nothing had changed.';
comment on column mart_runs.days is 'Days that the run rebuilt; 0 when nothing had changed.';

-- Only ever appended to on the hot path. A unique key would let transactions that touch the same day wait for each
-- other; so a day is marked as often as it is touched, and a refresh takes all its marks at once.
create table mart_changes (
    mart mart_name not null,
    day  date      not null
);
comment on table mart_changes is 'Days that wait to be rebuilt: one row per mart, day and statement that touched it. Written by triggers in the transaction of the change, taken away in the transaction of the rebuild: no change can fall between two runs.';
comment on column mart_changes.mart is 'The mart that shows the change.';
comment on column mart_changes.day is 'The day to rebuild, in the time zone of the club.';

create table drift_reference (
    feature       text     primary key,
    bounds        float8[],
    categories    text[],
    shares        float8[] not null check (cardinality(shares) > 0),
    missing       float8   not null check (missing between 0 and 1),
    model_version text     not null,
    check (cardinality(shares) = coalesce(cardinality(categories), cardinality(bounds) + 1))
);
comment on table drift_reference is 'One row per model input (and calories_pred): how it was spread when the model was trained, from models/metrics.json.';
comment on column drift_reference.feature is 'Name as in features.json, or calories_pred.';
comment on column drift_reference.bounds is 'Ascending values between neighbouring bins, in the feature''s unit; the outer bins are open. Null for a category.';
comment on column drift_reference.categories is 'Names, one bin each; null for a measure.';
comment on column drift_reference.shares is 'Share of the training set in each bin.';
comment on column drift_reference.missing is 'Share of the training set without a value.';
comment on column drift_reference.model_version is 'Version of the model.';

-- --------------------------------------------------------------------------------------------- which days have changed

-- A refresh of one day reads that day, however long the history is. Equal entries are stored once: it is small.
create index workouts_local_day on workouts (local_day);

-- Planned at each call: the size of the changed rows and of the tables is seen, not remembered from an empty database.
create function mark_workout_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    insert into mart_changes (mart, day)
    select marts.mart, days.local_day
    from (select distinct local_day from changed) as days
    cross join unnest(tg_argv) as marts (mart);
    return null;
end
$$;
comment on function mark_workout_days() is 'Marks the days of changed workouts for the marts that are its arguments.';

create function mark_scored_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    insert into mart_changes (mart, day)
    select marts.mart, days.local_day
    from (
        select distinct w.local_day
        from changed as p
        join workouts as w on w.id = p.workout_id
        where p.status <> 'pending'
    ) as days
    cross join unnest(tg_argv) as marts (mart);
    return null;
end
$$;
comment on function mark_scored_days() is 'Marks the days of workouts whose result has changed for the marts that are its arguments.';

-- Workers lock a member before they score, and so does the update that fires this: a workout is either seen here or
-- scored after the change, when its own mark leads to a rebuild that sees the change.
create function mark_member_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    insert into mart_changes (mart, day)
    select distinct 'leaderboard_daily', local_day
    from workouts
    where member_id = new.id;
    return null;
end
$$;
comment on function mark_member_days() is 'Marks all days of a member for the leaderboard.';

create trigger mark_new_workouts after insert on workouts
    referencing new table as changed for each statement execute function mark_workout_days('daily_metrics');
create trigger mark_erased_workouts after delete on workouts
    referencing old table as changed for each statement
    execute function mark_workout_days('daily_metrics', 'leaderboard_daily', 'feature_drift_daily');
create trigger mark_workouts_before_change after update on workouts
    referencing old table as changed for each statement
    execute function mark_workout_days('daily_metrics', 'leaderboard_daily', 'feature_drift_daily');
create trigger mark_workouts_after_change after update on workouts
    referencing new table as changed for each statement
    execute function mark_workout_days('daily_metrics', 'leaderboard_daily', 'feature_drift_daily');
create trigger mark_new_results after insert on predictions
    referencing new table as changed for each statement
    execute function mark_scored_days('daily_metrics', 'leaderboard_daily', 'feature_drift_daily');
create trigger mark_changed_results after update on predictions
    referencing new table as changed for each statement
    execute function mark_scored_days('daily_metrics', 'leaderboard_daily', 'feature_drift_daily');
create trigger mark_changed_member after update of leaderboard_opt_out, user_id on users
    for each row when (
        old.leaderboard_opt_out is distinct from new.leaderboard_opt_out or old.user_id is distinct from new.user_id
    )
    execute function mark_member_days();

create function changed_days(mart mart_name) returns setof date language sql stable as $$
    select distinct c.day from mart_changes as c where c.mart = changed_days.mart order by c.day
$$;
comment on function changed_days(mart_name) is 'Days, ascending, that the mart does not show as they are now: new and erased workouts, late scores, review decisions, opt-outs. A refresh of a day takes it off.';

create function finish_mart_run(mart mart_name, days integer) returns timestamptz language sql as $$
    insert into mart_runs as known (mart, finished_at, days)
    values (finish_mart_run.mart, clock_timestamp(), finish_mart_run.days)
    on conflict on constraint mart_runs_pkey
        do update set finished_at = excluded.finished_at, days = excluded.days
    returning finished_at
$$;
comment on function finish_mart_run(mart_name, integer) is 'Notes that a run has rebuilt all days that changed_days gave it, and how many they were.';

-- ------------------------------------------------------------------------------------------------------- refreshes

create function begin_mart_refresh(mart mart_name, from_day date, to_day date) returns void language plpgsql as $$
begin
    if (from_day <= to_day) is not true then
        raise exception 'cannot refresh % from % to %', mart, from_day, to_day
            using errcode = 'invalid_parameter_value', hint = 'Give two days, the first not after the second.';
    end if;
    -- One refresh of a mart at a time, to the end of the transaction. What follows sees what the one before committed.
    perform pg_advisory_xact_lock(hashtext('fitburn.mart.' || mart));
    -- First the marks, then the rows: whatever is committed in between is read now and marked for the next run.
    delete from mart_changes as c where c.mart = begin_mart_refresh.mart and c.day between from_day and to_day;
end
$$;
comment on function begin_mart_refresh(mart_name, date, date) is 'What every refresh begins with: its turn, and the marks of its days.';

-- `limit 1` holds the planner to one look into the index for each workout. It would rather read all predictions there
-- are for a single day of a long history; that is the faster way only when most of them are wanted.
create function scored_workouts(from_day date, to_day date) returns table (
    local_day date, club_id uuid, member_id uuid, ts timestamptz, gender text, age smallint, height_cm float8,
    weight_kg float8, duration_min float8, avg_hr float8, speed_kmh float8, workout_type text,
    status text, calories_pred float8, points integer, held boolean, latency_sec numeric
) language sql stable as $$
    select
        w.local_day, w.club_id, w.member_id, w.ts, w.gender, w.age, w.height_cm, w.weight_kg, w.duration_min, w.avg_hr,
        -- A speed that was not sent follows from the distance, as in fitburn.features.
        coalesce(w.speed_kmh, w.distance_km * 60 / w.duration_min), w.workout_type,
        p.status, p.calories_pred, p.points, p.hold_reasons <> '{}', extract(epoch from p.processed_at - p.created_at)
    from workouts as w
    cross join lateral (
        select status, calories_pred, points, hold_reasons, processed_at, created_at
        from predictions
        where workout_id = w.id
        limit 1
    ) as p
    where w.local_day between from_day and to_day
$$;
comment on function scored_workouts(date, date) is 'One row per workout of these days (both included) with what became of it, as the marts see it.';

create function refresh_daily_metrics(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    rows_built integer;
begin
    perform begin_mart_refresh('daily_metrics', from_day, to_day);
    delete from daily_metrics where day between from_day and to_day;
    delete from hourly_metrics where day between from_day and to_day;

    -- Sums and means are taken in numeric: the same rows give the same result in whatever order they are read.
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
comment on function refresh_daily_metrics(date, date) is 'Replaces these days (both included) of daily_metrics and hourly_metrics; gives the rows of daily_metrics.';

create function refresh_leaderboard_daily(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    rows_built integer;
begin
    perform begin_mart_refresh('leaderboard_daily', from_day, to_day);
    delete from leaderboard_daily where day between from_day and to_day;

    -- Ranked by the totals as they are shown, so that who shows the same number has the same place.
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
comment on function refresh_leaderboard_daily(date, date) is 'Replaces these days (both included) of leaderboard_daily; gives the rows.';

create function refresh_feature_drift_daily(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    least_rows constant integer := 500;
    -- Stands for an empty bin, whose logarithm there is not.
    least_share constant float8 := 0.0001;
    rows_built integer;
begin
    perform begin_mart_refresh('feature_drift_daily', from_day, to_day);
    if not exists (select from drift_reference) then
        raise exception 'there is no reference to compare with'
            using errcode = 'object_not_in_prerequisite_state', hint = 'Load models/metrics.json with `make migrate`.';
    end if;
    delete from feature_drift_daily where day between from_day and to_day;

    insert into feature_drift_daily (day, feature, n, psi, model_version)
    with scored as materialized (
        select
            local_day, gender, age, height_cm, weight_kg, duration_min, avg_hr, speed_kmh, workout_type, calories_pred
        from scored_workouts(from_day, to_day)
        where status = 'done'
    ),
    days as (
        select local_day, count(*) as n from scored group by local_day having count(*) >= least_rows
    ),
    -- One row per workout and feature. Bin 0 is for a missing value or an unknown name.
    binned as (
        select
            s.local_day, r.feature,
            case
                when r.categories is not null then coalesce(array_position(r.categories, v.name), 0)
                when v.value is null then 0
                else width_bucket(v.value, r.bounds) + 1
            end as bin
        from scored as s
        cross join lateral (
            values
                ('gender', null::float8, s.gender), ('age', s.age, null), ('height_cm', s.height_cm, null),
                ('weight_kg', s.weight_kg, null), ('duration_min', s.duration_min, null), ('avg_hr', s.avg_hr, null),
                ('speed_kmh', s.speed_kmh, null), ('workout_type', null, s.workout_type),
                ('calories_pred', s.calories_pred, null)
        ) as v (feature, value, name)
        join drift_reference as r on r.feature = v.feature
    ),
    counted as (
        select local_day, feature, bin, count(*) as cnt from binned group by local_day, feature, bin
    ),
    expected as (
        select feature, model_version, 0 as bin, missing as share from drift_reference
        union all
        select r.feature, r.model_version, s.bin, s.share
        from drift_reference as r
        cross join unnest(r.shares) with ordinality as s (share, bin)
    ),
    compared as (
        select
            d.local_day, e.feature, e.bin, d.n, e.model_version,
            greatest(coalesce(c.cnt, 0)::float8 / d.n, least_share) as seen,
            greatest(e.share, least_share) as expected
        from days as d
        cross join expected as e
        left join counted as c on c.local_day = d.local_day and c.feature = e.feature and c.bin = e.bin
    )
    select
        local_day, feature, n,
        -- In one order, so that a rerun adds up to the same.
        sum((seen - expected) * ln(seen / expected) order by bin), model_version
    from compared
    group by local_day, feature, n, model_version;
    get diagnostics rows_built = row_count;
    return rows_built;
end
$$;
comment on function refresh_feature_drift_daily(date, date) is 'Replaces these days (both included) of feature_drift_daily; gives the rows. Days with fewer than 500 scored workouts have none.';

create function set_drift_reference(metrics jsonb) returns integer language plpgsql as $$
declare
    features integer;
begin
    delete from drift_reference;
    insert into drift_reference (feature, bounds, categories, shares, missing, model_version)
    with spreads as (
        select key as feature, value as spread from jsonb_each(metrics -> 'reference' -> 'features')
        union all
        select 'calories_pred', metrics -> 'reference' -> 'calories_pred'
    ),
    lists as (
        select
            feature,
            array(select edge::float8 from jsonb_array_elements_text(spread -> 'edges') as edge) as edges,
            array(select name from jsonb_array_elements_text(spread -> 'categories') as name) as categories,
            array(select share::float8 from jsonb_array_elements_text(spread -> 'shares') as share) as shares,
            coalesce((spread ->> 'missing')::float8, 0) as missing
        from spreads
    )
    select
        feature,
        case when categories = '{}' then edges[2:cardinality(edges) - 1] end,
        nullif(categories, '{}'),
        shares, missing, metrics ->> 'model_version'
    from lists;
    get diagnostics features = row_count;
    return features;
end
$$;
comment on function set_drift_reference(jsonb) is 'Makes the content of models/metrics.json the reference for drift; gives the features. Days that are built already stay as they are until they are refreshed.';

-- ------------------------------------------------------------------------------------------- is what was built right

-- What a single row may be is held by the tables' constraints; what rows must agree with is said here. A day that was
-- touched again since its refresh is left out: it carries a mark from the same commit, and is rebuilt by the next run.

create function daily_metrics_faults(from_day date, to_day date) returns table (day date, fault text) language sql stable
set jit to off set work_mem to '32MB' as $$
    with settled as (
        select d::date as day from generate_series(from_day, to_day, interval '1 day') as d
        except
        select changed_days('daily_metrics')
    ),
    source as (
        select
            w.local_day as day, w.club_id,
            count(*) as workouts_cnt,
            count(*) filter (where p.status = 'done') as done_cnt,
            count(*) filter (where p.status = 'failed') as failed_cnt,
            coalesce(sum(p.points), 0) as points_awarded,
            coalesce(sum(p.calories_pred::numeric), 0) as total_calories
        from workouts as w
        join predictions as p on p.workout_id = w.id
        where w.local_day between from_day and to_day
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
    join settled using (day)
    where (b.workouts_cnt, b.done_cnt, b.failed_cnt, b.points_awarded, h.workouts_cnt)
        is distinct from (s.workouts_cnt, s.done_cnt, s.failed_cnt, s.points_awarded, s.workouts_cnt)
        or abs(b.total_calories - s.total_calories) > 0.06
    order by day, club_id
$$;
comment on function daily_metrics_faults(date, date) is 'Days (both included) on which daily_metrics or hourly_metrics disagree with the workouts; none: all is well.';

create function leaderboard_daily_faults(from_day date, to_day date) returns table (day date, fault text) language sql stable
set jit to off set work_mem to '32MB' as $$
    with settled as (
        select d::date as day from generate_series(from_day, to_day, interval '1 day') as d
        except
        select changed_days('leaderboard_daily')
    ),
    source as (
        select
            w.local_day as day, w.club_id,
            count(distinct w.member_id) as members,
            count(*) as workouts_cnt,
            sum(p.calories_pred::numeric) as total_calories
        from workouts as w
        join predictions as p on p.workout_id = w.id
        join users as u on u.id = w.member_id
        where w.local_day between from_day and to_day
            and p.status = 'done' and p.hold_reasons = '{}' and not u.leaderboard_opt_out
        group by w.local_day, w.club_id
    ),
    places as (
        select *, 1 + count(*) over better as place
        from leaderboard_daily as m
        where m.day between from_day and to_day
        window better as (
            partition by m.day, m.club_id order by m.total_calories desc
            range between unbounded preceding and current row exclude group
        )
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
            'club %s has members %s (source %s), workouts %s (%s), kcal %s (%s), members out of place %s',
            club_id, b.members, s.members, b.workouts_cnt, s.workouts_cnt, b.total_calories, s.total_calories, b.misplaced
        )
    from source as s
    full join built as b using (day, club_id)
    join settled using (day)
    -- Each member's total is rounded to 0.1.
    where (b.members, b.workouts_cnt, b.misplaced) is distinct from (s.members, s.workouts_cnt, 0::bigint)
        or abs(b.total_calories - s.total_calories) > 0.06 * s.members
    order by day, club_id
$$;
comment on function leaderboard_daily_faults(date, date) is 'Days (both included) on which leaderboard_daily disagrees with the workouts, or a rank is not 1 + the number of better totals; none: all is well.';

create function feature_drift_daily_faults(from_day date, to_day date) returns table (day date, fault text) language sql stable
set jit to off set work_mem to '32MB' as $$
    with settled as (
        select d::date as day from generate_series(from_day, to_day, interval '1 day') as d
        except
        select changed_days('feature_drift_daily')
    ),
    source as (
        select w.local_day as day, count(*) as n
        from workouts as w
        join predictions as p on p.workout_id = w.id
        where w.local_day between from_day and to_day and p.status = 'done'
        group by w.local_day
        having count(*) >= 500
    ),
    built as (
        select m.day, count(*) as features, min(m.n) as n, max(m.n) as n_max
        from feature_drift_daily as m
        where m.day between from_day and to_day
        group by m.day
    )
    select
        day,
        format(
            'features %s (reference %s), workouts %s to %s (source %s)',
            b.features, (select count(*) from drift_reference), b.n, b.n_max, s.n
        )
    from source as s
    full join built as b using (day)
    join settled using (day)
    where (b.features, b.n, b.n_max) is distinct from ((select count(*) from drift_reference), s.n, s.n)
    order by day
$$;
comment on function feature_drift_daily_faults(date, date) is 'Days (both included) on which feature_drift_daily lacks a feature or was not built from all scored workouts; none: all is well.';

create function check_mart(mart mart_name, from_day date, to_day date) returns void language plpgsql as $$
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
comment on function check_mart(mart_name, date, date) is 'Fails, naming each fault, if the mart is not right on these days (both included). In the transaction of a refresh it keeps a broken day from being committed.';

create function mark_days(mart mart_name, from_day date, to_day date) returns void language sql as $$
    insert into mart_changes (mart, day)
    select mark_days.mart, d::date from generate_series(from_day, to_day, interval '1 day') as d
$$;
comment on function mark_days(mart_name, date, date) is 'Has the next run of the mart rebuild these days (both included), although nothing in them has changed.';

-- ---------------------------------------------------------------------------------------------------------- rights

grant usage on schema public to analyst, grafana;
grant select on daily_metrics, hourly_metrics, leaderboard_daily, feature_drift_daily, mart_runs to analyst, grafana;
grant select on daily_metrics, leaderboard_daily, feature_drift_daily, mart_runs to fitburn_app;
