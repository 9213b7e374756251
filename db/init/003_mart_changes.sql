-- The days on which the marts are out of date: triggers mark them, refreshes take the marks.

-- Append-only on the hot path. With a unique key, transactions that touch the same day would wait for each other, and
-- a transaction that skips a mark because one exists may lose it to a concurrent refresh. So each statement adds a
-- mark, a refresh takes all marks of its days, and duplicates are removed now and then.
create table mart_changes (
    mart mart_name not null,
    day  date      not null
);
comment on table mart_changes is
    'Days that wait to be rebuilt: at least one row per mart and day, at most one for each statement that touched '
    'it. Triggers write it in the transaction of the change, the rebuild''s transaction removes it: no change is '
    'lost between two runs.';
comment on column mart_changes.mart is 'The mart to rebuild.';
comment on column mart_changes.day is 'The day to rebuild, in the time zone of the club.';

-- Locked marks are skipped instead of waited for: another refresh is taking them, or thin_out_marks is removing
-- duplicates and keeps one. A mark that stays costs at most one more rebuild.
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
    'Removes the marks of these days (both included), in the transaction that rebuilds them.';

-- The mark that stays is locked as well, so that no refresh can have taken it before a removed duplicate was written.
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
comment on function thin_out_marks() is 'Removes duplicate marks; the set of marked days stays the same.';

-- One statement in a thousand cleans up, so that marks stay below some thousands even where no mart is ever built.
create trigger thin_out_marks after insert on mart_changes
    for each statement when (random() < 0.001) execute function thin_out_marks();

-- ---------------------------------------------------------------------------------------------------------- mark days

-- Lets a refresh read one day of a long history. The index is small, because it stores equal keys once.
create index workouts_local_day on workouts (local_day);

-- Called for every batch, even of one workout: its plan is cached per session and does not depend on table sizes.
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
comment on function mark_workout_days() is 'Marks the days of changed workouts for the marts in its arguments.';

-- `limit 1`: see predictions in 001_init.sql.
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
    'Marks the days of workouts whose result has changed for the marts in its arguments.';

-- Workers lock a member before they score, and so does the update that fires this trigger: a workout is either visible
-- here or scored after the change, and then its own mark leads to a rebuild that sees the change.
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
    'Days, ascending, on which the mart is out of date: new and erased workouts, late scores, review decisions, '
    'opt-outs. A refresh of a day removes it.';

create or replace function finish_mart_run(mart mart_name, days integer) returns timestamptz language sql as $$
    insert into mart_runs as known (mart, finished_at, days)
    values (finish_mart_run.mart, clock_timestamp(), finish_mart_run.days)
    on conflict on constraint mart_runs_pkey
        do update set finished_at = excluded.finished_at, days = excluded.days
    returning finished_at
$$;
comment on function finish_mart_run(mart_name, integer) is
    'Records a run that rebuilt all days from changed_days, and their number.';

create or replace function mark_days(mart mart_name, from_day date, to_day date) returns void language sql as $$
    insert into mart_changes (mart, day)
    select mark_days.mart, d::date from generate_series(from_day, to_day, interval '1 day') as d
$$;
comment on function mark_days(mart_name, date, date) is
    'Makes the next run of the mart rebuild these days (both included), although nothing in them has changed.';
