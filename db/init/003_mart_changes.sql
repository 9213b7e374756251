-- Which days the marts do not show as they are now: triggers mark them, refreshes take the marks away.

-- Only ever appended to on the hot path. A unique key would let transactions that touch the same day wait for each
-- other, and who leaves out a mark because there is one may lose it to a refresh that is just taking it away. So a day
-- is marked as often as it is touched, a refresh takes all its marks at once, and spare ones are removed now and then.
create table mart_changes (
    mart mart_name not null,
    day  date      not null
);
comment on table mart_changes is
    'Days that wait to be rebuilt: at least one row per mart and day, at most one for each statement that touched '
    'it. Written by triggers in the transaction of the change, taken away in the transaction of the rebuild: no '
    'change can fall between two runs.';
comment on column mart_changes.mart is 'The mart that shows the change.';
comment on column mart_changes.day is 'The day to rebuild, in the time zone of the club.';

-- Nobody waits for anybody's marks. What is locked is being taken, or thinned out by a transaction that leaves one: left
-- where it is, it costs a rebuild more at worst.
create or replace function take_marks(mart mart_name, from_day date, to_day date) returns void language sql as $$
    delete from mart_changes as c
    where c.ctid = any (array(
        select m.ctid
        from mart_changes as m
        where m.mart = take_marks.mart and m.day between from_day and to_day
        for update skip locked
    ))
$$;
comment on function take_marks(mart_name, date, date) is
    'Takes the marks of these days (both included) away, in the transaction that rebuilds them.';

-- The one that stays is locked as well, so that no refresh can have taken it before a mark that is removed was written.
create or replace function thin_out_marks() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    with free as materialized (
        select ctid, mart, day from mart_changes for update skip locked
    ),
    numbered as (
        select ctid, row_number() over (partition by mart, day) as n from free
    )
    delete from mart_changes as c where c.ctid = any (array(select ctid from numbered where n > 1));
    return null;
end
$$;
comment on function thin_out_marks() is 'Leaves one mark of each mart and day. The days that are marked stay the same.';

-- One statement in a thousand does it for all: where no mart is ever built, marks stay some thousands.
create trigger thin_out_marks after insert on mart_changes
    for each statement when (random() < 0.001) execute function thin_out_marks();

-- --------------------------------------------------------------------------------------------- which days have changed

-- A refresh of one day reads that day, however long the history is. Equal entries are stored once: it is small.
create index workouts_local_day on workouts (local_day);

-- Called for every batch, of one workout as well: planned once a session, and so that no plan can be a bad one later.
create or replace function mark_workout_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into mart_changes (mart, day)
    select marts.mart, days.local_day
    from (select distinct local_day from changed) as days
    cross join unnest(tg_argv) as marts (mart);
    return null;
end
$$;
comment on function mark_workout_days() is 'Marks the days of changed workouts for the marts that are its arguments.';

-- `limit 1`, and no reading of whole tables, hold the planner to one look into the index for each changed row, even where it
-- plans while the tables are still empty.
create or replace function mark_scored_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp set enable_seqscan to off as $$
begin
    insert into mart_changes (mart, day)
    select marts.mart, days.local_day
    from (
        select distinct w.local_day
        from changed as p
        cross join lateral (select local_day from workouts where id = p.workout_id limit 1) as w
        where p.status <> 'pending'
    ) as days
    cross join unnest(tg_argv) as marts (mart);
    return null;
end
$$;
comment on function mark_scored_days() is
    'Marks the days of workouts whose result has changed for the marts that are its arguments.';

-- Workers lock a member before they score, and so does the update that fires this: a workout is either seen here or
-- scored after the change, when its own mark leads to a rebuild that sees the change. Planned at each call, which is rare.
create or replace function mark_member_days() returns trigger language plpgsql
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

create or replace function changed_days(mart mart_name) returns setof date language sql stable as $$
    select distinct c.day from mart_changes as c where c.mart = changed_days.mart order by c.day
$$;
comment on function changed_days(mart_name) is
    'Days, ascending, that the mart does not show as they are now: new and erased workouts, late scores, review '
    'decisions, opt-outs. A refresh of a day takes it off.';

create or replace function finish_mart_run(mart mart_name, days integer) returns timestamptz language sql as $$
    insert into mart_runs as known (mart, finished_at, days)
    values (finish_mart_run.mart, clock_timestamp(), finish_mart_run.days)
    on conflict on constraint mart_runs_pkey
        do update set finished_at = excluded.finished_at, days = excluded.days
    returning finished_at
$$;
comment on function finish_mart_run(mart_name, integer) is
    'Notes that a run has rebuilt all days that changed_days gave it, and how many they were.';

create or replace function mark_days(mart mart_name, from_day date, to_day date) returns void language sql as $$
    insert into mart_changes (mart, day)
    select mark_days.mart, d::date from generate_series(from_day, to_day, interval '1 day') as d
$$;
comment on function mark_days(mart_name, date, date) is
    'Has the next run of the mart rebuild these days (both included), although nothing in them has changed.';
