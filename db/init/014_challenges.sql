-- Challenges with a bonus that is paid once per member (see 015_challenge_bonuses.sql), and the weekly target of
-- streaks.

-- ------------------------------------------------------------------------------------------------------------- tables

create table challenges (
    id               uuid        primary key default uuidv7(),
    club_id          uuid        not null references clubs,
    title_ru         text        not null check (title_ru <> ''),
    title_en         text        not null check (title_en <> ''),
    metric           text        not null check (metric in ('minutes', 'calories', 'workouts', 'distinct_days')),
    workout_type     text,
    starts_on        date        not null,
    ends_on          date        not null,
    goal             integer     not null check (goal > 0),
    bonus_points     integer     not null check (bonus_points > 0),
    participants_cnt integer     not null default 0 check (participants_cnt >= 0),
    counted_at       timestamptz,
    created_by       uuid        references users,
    created_at       timestamptz not null default now(),
    cancelled_at     timestamptz,
    check (starts_on <= ends_on)
);
create index challenges_club_end on challenges (club_id, ends_on, id);
create index challenges_created_by on challenges (created_by);
comment on table challenges is
    'One row per challenge of a club: a bonus for members who reach a goal between two days.';
comment on column challenges.id is 'UUIDv7.';
comment on column challenges.club_id is 'The club; all its members take part without signing up.';
comment on column challenges.title_ru is 'Title in Russian.';
comment on column challenges.title_en is 'Title in English.';
comment on column challenges.metric is
    'What is summed over the counted workouts: minutes (credited), calories (credited kcal), workouts, or '
    'distinct_days.';
comment on column challenges.workout_type is 'Only workouts of this type count; null: all types.';
comment on column challenges.starts_on is 'First day, in the time zone of the club.';
comment on column challenges.ends_on is 'Last day, included.';
comment on column challenges.goal is 'Sum that earns the bonus, in the unit of the metric.';
comment on column challenges.bonus_points is 'Points paid to a member who reaches the goal.';
comment on column challenges.participants_cnt is 'Members with at least one counted workout, as of counted_at.';
comment on column challenges.counted_at is 'When participants were last counted; null: not yet.';
comment on column challenges.created_by is
    'users.id of the operator who created it; null when it was created in the database.';
comment on column challenges.created_at is 'When it was created.';
comment on column challenges.cancelled_at is
    'When it was cancelled; null while it stands. A challenge that has paid a bonus cannot be cancelled.';

create table challenge_completions (
    id           uuid        primary key default uuidv7(),
    challenge_id uuid        not null references challenges,
    member_id    uuid        not null references users,
    bonus_points integer     not null check (bonus_points > 0),
    reached_at   timestamptz not null default now(),
    unique (challenge_id, member_id)
);
create index challenge_completions_member on challenge_completions (member_id);
comment on table challenge_completions is
    'One row per challenge and member who reached the goal. Append-only; each row has its transfer.';
comment on column challenge_completions.id is 'UUIDv7; the source_id of the transfer of kind challenge_bonus.';
comment on column challenge_completions.challenge_id is 'The challenge.';
comment on column challenge_completions.member_id is 'users.id of the member.';
comment on column challenge_completions.bonus_points is 'Points that were paid.';
comment on column challenge_completions.reached_at is 'When the bonus was booked.';

-- Append-only on the hot path, like mart_changes: transactions do not wait for each other.
create table challenge_changes (
    challenge_id uuid not null
);
comment on table challenge_changes is
    'Challenges that wait for evaluate_challenges: one row per challenge and transaction that may have changed a '
    'member''s progress.';
comment on column challenge_changes.challenge_id is 'The challenge.';

create table weekly_targets (
    club_id   uuid     not null references clubs,
    from_week date     not null check (extract(isodow from from_week) = 1),
    workouts  smallint not null check (workouts between 1 and 14),
    primary key (club_id, from_week)
);
comment on table weekly_targets is
    'One row per club and change of the workouts that a week needs to count for a streak. A club without a row needs '
    '2. Past weeks keep the target that applied to them.';
comment on column weekly_targets.club_id is 'The club.';
comment on column weekly_targets.from_week is 'Monday of the first week that it applies to.';
comment on column weekly_targets.workouts is 'Workouts that a week needs.';

-- ---------------------------------------------------------------------------------------------------------- standings

-- Workouts beyond the limits of their day are credited with nothing. `limit 1`: see predictions in 001_init.sql.
create or replace view counted_workouts as
select w.id as workout_id, w.club_id, w.member_id, w.local_day, w.workout_type, p.credited_min, p.credited_kcal
from workouts as w
cross join lateral (
    select standing, credited_min, credited_kcal from predictions where workout_id = w.id limit 1
) as p
where p.standing = 'credited' and p.credited_min > 0;
comment on view counted_workouts is
    'One row per workout that counts for streaks and challenges: credited, and within the limits of its day.';
comment on column counted_workouts.workout_id is 'workouts.id.';
comment on column counted_workouts.club_id is 'The club of the member.';
comment on column counted_workouts.member_id is 'users.id of the member.';
comment on column counted_workouts.local_day is
    'Day of the start in the time zone of the club, as it was set at acceptance.';
comment on column counted_workouts.workout_type is 'Type, such as running.';
comment on column counted_workouts.credited_min is 'Minutes that points were given for.';
comment on column counted_workouts.credited_kcal is 'Gross kcal that points were given for.';

-- The workouts of all challenges are looked up once and then assigned to challenges: those of members by the member
-- index, those of a whole club by the day index. Numbering the workouts of a day, and of a type on a day, saves a sort
-- per challenge.
create or replace function challenge_standings(asked uuid[], members uuid[])
returns table (challenge_id uuid, member_id uuid, value float8) language plpgsql stable
set plan_cache_mode to force_custom_plan set jit to off as $$
#variable_conflict use_column
declare
    first_day date;
    last_day date;
    clubs uuid[];
begin
    select min(starts_on), max(ends_on), array_agg(distinct club_id)
    into first_day, last_day, clubs
    from challenges
    where id = any (asked);

    return query
    with found as (
        select w.*
        from unnest(members) as m (id)
        join counted_workouts as w on w.member_id = m.id
        where w.local_day between first_day and last_day
        union all
        select w.*
        from counted_workouts as w
        where members is null and w.club_id = any (clubs) and w.local_day between first_day and last_day
    ),
    done as materialized (
        select
            *,
            row_number() over (partition by member_id, local_day, workout_type) as nth_of_type,
            row_number() over (partition by member_id, local_day) as nth_of_day
        from found
    )
    select
        c.id, d.member_id,
        sum(
            case c.metric
                when 'minutes' then d.credited_min
                when 'calories' then d.credited_kcal
                when 'workouts' then 1
                when 'distinct_days' then
                    (case when c.workout_type is null then d.nth_of_day else d.nth_of_type end = 1)::integer
            end
        )
    from challenges as c
    join done as d
        on d.club_id = c.club_id
        and d.local_day between c.starts_on and c.ends_on
        and (c.workout_type is null or d.workout_type = c.workout_type)
    where c.id = any (asked)
    group by c.id, d.member_id;
end
$$;
comment on function challenge_standings(uuid[], uuid[]) is
    'One row per challenge and member (null: of the whole club) with a counted workout: the sum so far, in the unit '
    'of the metric.';

create or replace function reached_challenges(asked uuid[], members uuid[])
returns table (challenge_id uuid, member_id uuid, club_id uuid, bonus_points integer) language sql stable as $$
    select c.id, s.member_id, c.club_id, c.bonus_points
    from challenge_standings(asked, members) as s
    join challenges as c on c.id = s.challenge_id
    where
        c.cancelled_at is null and s.value >= c.goal
        and not exists (
            select from challenge_completions as done
            where done.challenge_id = s.challenge_id and done.member_id = s.member_id
        )
$$;
comment on function reached_challenges(uuid[], uuid[]) is
    'The pairs of these challenges and members (null: of the whole club) whose goal is reached and whose bonus is '
    'not paid.';

-- ------------------------------------------------------------------------------------------------------------- rights

grant select, insert on challenges, challenge_completions to fitburn_app;
grant update (title_ru, title_en, metric, workout_type, starts_on, ends_on, goal, bonus_points, cancelled_at)
    on challenges to fitburn_app;
grant insert on challenge_changes to fitburn_app;
grant select on counted_workouts to fitburn_app;
grant select, insert, update on weekly_targets to fitburn_app;
