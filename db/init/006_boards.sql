-- The leaderboards of weeks and months: sums of leaderboard_daily.
--
-- Summing a month on request would read some 150,000 rows of a busy club. Instead, each change of leaderboard_daily
-- marks its week and its month, and the end of the mart's run rebuilds each marked period once.

create table leaderboard_periods (
    period         text        not null check (period in ('week', 'month')),
    first_day      date        not null check (first_day = date_trunc(period, first_day::timestamp)::date),
    club_id        uuid        not null,
    user_id        text        not null,
    total_calories float8      not null check (total_calories >= 0),
    workouts_cnt   integer     not null check (workouts_cnt > 0),
    rank           integer     not null check (rank > 0),
    created_at     timestamptz not null default now(),
    primary key (period, first_day, club_id, user_id)
);
create index leaderboard_periods_page on leaderboard_periods (period, first_day, club_id, rank, user_id);
comment on table leaderboard_periods is
    'One row per week or month, club and member with a rank in leaderboard_daily on one of its days; sums as of the '
    'latest run of that mart.';
comment on column leaderboard_periods.period is 'week (from Monday) or month.';
comment on column leaderboard_periods.first_day is 'First day of the week or month, in the time zone of the club.';
comment on column leaderboard_periods.club_id is 'clubs.id of the club.';
comment on column leaderboard_periods.user_id is
    'The club''s or partner''s own identifier for the member, unique in the club.';
comment on column leaderboard_periods.total_calories is 'Sum of leaderboard_daily.total_calories over the days.';
comment on column leaderboard_periods.workouts_cnt is 'Sum of leaderboard_daily.workouts_cnt over the days.';
comment on column leaderboard_periods.rank is
    'Rank by total_calories in the club, from 1. Equal totals share a rank: 1, 2, 2, 4.';
comment on column leaderboard_periods.created_at is 'When the row was built (UTC).';

create table leaderboard_period_changes (
    period    text not null,
    first_day date not null,
    primary key (period, first_day)
);
comment on table leaderboard_period_changes is
    'Weeks and months that wait to be rebuilt: marked in the transaction that changes one of their days, removed in '
    'the transaction that rebuilds them.';
comment on column leaderboard_period_changes.period is 'week or month.';
comment on column leaderboard_period_changes.first_day is 'First day of the week or month.';

create or replace function mark_leaderboard_periods() returns trigger language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    insert into leaderboard_period_changes (period, first_day)
    select distinct p.period, date_trunc(p.period, d.day::timestamp)::date
    from (select distinct day from changed) as d
    cross join (values ('week'), ('month')) as p (period)
    on conflict do nothing;
    return null;
end
$$;
comment on function mark_leaderboard_periods() is 'Marks the weeks and months of changed days.';

create trigger mark_added_places after insert on leaderboard_daily
    referencing new table as changed for each statement execute function mark_leaderboard_periods();
create trigger mark_removed_places after delete on leaderboard_daily
    referencing old table as changed for each statement execute function mark_leaderboard_periods();
create trigger mark_places_before_change after update on leaderboard_daily
    referencing old table as changed for each statement execute function mark_leaderboard_periods();
create trigger mark_places_after_change after update on leaderboard_daily
    referencing new table as changed for each statement execute function mark_leaderboard_periods();

create or replace function refresh_leaderboard_periods() returns integer language plpgsql
security definer set search_path = public, pg_temp
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    marked record;
    rebuilt integer := 0;
begin
    -- One rebuild at a time, until the end of the transaction. Marks are taken before rows are read: changes committed
    -- in between are read now and marked for the next run.
    perform pg_advisory_xact_lock(hashtext('fitburn.mart.leaderboard_periods'));
    for marked in delete from leaderboard_period_changes returning period, first_day loop
        delete from leaderboard_periods where period = marked.period and first_day = marked.first_day;
        insert into leaderboard_periods (period, first_day, club_id, user_id, total_calories, workouts_cnt, rank)
        with totals as (
            select
                club_id, user_id, round(sum(total_calories::numeric), 1) as total_calories,
                sum(workouts_cnt) as workouts_cnt
            from leaderboard_daily
            where day >= marked.first_day and day < marked.first_day + ('1 ' || marked.period)::interval
            group by club_id, user_id
        )
        select
            marked.period, marked.first_day, club_id, user_id, total_calories, workouts_cnt,
            rank() over (partition by club_id order by total_calories desc)
        from totals;
        rebuilt := rebuilt + 1;
    end loop;
    return rebuilt;
end
$$;
comment on function refresh_leaderboard_periods() is
    'Replaces the weeks and months marked in leaderboard_period_changes; returns their number. Called at the end of '
    'a run of leaderboard_daily.';

create or replace function finish_leaderboard_periods() returns trigger language plpgsql as $$
begin
    perform refresh_leaderboard_periods();
    return null;
end
$$;
comment on function finish_leaderboard_periods() is
    'Brings weeks and months up to date with the run that has just finished.';
create trigger finish_leaderboard_periods after insert or update on mart_runs
    for each row when (new.mart = 'leaderboard_daily') execute function finish_leaderboard_periods();

revoke execute on function refresh_leaderboard_periods() from public;
grant select on leaderboard_periods to fitburn_app;
