-- The schema of FitBurn Rewards begins here: roles, clubs, members, workouts and predictions.
-- Times are timestamptz; identifiers are UUIDv7, so that they sort in the order of arrival.

-- fitburn_app: the services; analyst and grafana: readers of the marts. Roles belong to the whole server, so another
-- database of it may have created them already, or be creating them concurrently. Existing roles need no right to
-- create roles.
do $$
declare
    name text;
begin
    foreach name in array array['fitburn_app', 'analyst', 'grafana'] loop
        begin
            if not exists (select from pg_roles where rolname = name) then
                execute format('create role %I nologin', name);
            end if;
        exception
            when duplicate_object or unique_violation then null;
        end;
    end loop;
end
$$;

-- -------------------------------------------------------------------------------------------------- clubs and members

create table clubs (
    id          uuid        primary key default uuidv7(),
    slug        text        not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name        text        not null check (name <> ''),
    -- The expression fails on an unknown zone, which is the check.
    time_zone   text        not null default 'UTC'
                check ((timestamptz '2000-01-01 00:00:00+00' at time zone time_zone) is not null),
    -- Whole days, so that points expire at midnight.
    points_valid_for   interval
                check (points_valid_for >= interval '1 day' and date_trunc('day', points_valid_for) = points_valid_for),
    points_valid_since date,
    created_at  timestamptz not null default now(),
    check ((points_valid_for is null) = (points_valid_since is null))
);
comment on table clubs is 'One row per gym. A "day" of a member is a day in the time zone of the club.';
comment on column clubs.id is 'UUIDv7.';
comment on column clubs.slug is 'Short name of the club in commands and URLs, such as main.';
comment on column clubs.name is 'Display name.';
comment on column clubs.time_zone is 'IANA time zone, such as Europe/Moscow.';
comment on column clubs.points_valid_for is 'How long points can be spent, in whole months or days; null: for ever.';
comment on column clubs.points_valid_since is
    'Day, in the club''s zone, on which points_valid_for was last changed. Older points count as earned on it, so no '
    'change expires points before a full period.';
comment on column clubs.created_at is 'When the club was created.';

-- PostgreSQL reads UTC+3 as POSIX does: three hours west. Abbreviations such as MSK have no daylight saving, and Etc/GMT+3
-- has the sign of POSIX. So only regions are zones of a club.
create or replace function require_region() returns trigger language plpgsql as $$
begin
    if new.time_zone <> 'UTC' and (
        new.time_zone !~ '^[A-Z]\w+/' or new.time_zone ~ '^(Etc|SystemV)/'
        or not exists (select from pg_timezone_names where name = new.time_zone)
    ) then
        raise exception 'time zone "%" is no region: write one such as Europe/Moscow, or UTC', new.time_zone
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
comment on function require_region() is 'Refuses a club''s time zone that is neither the IANA name of a region nor UTC.';
create trigger require_region before insert or update of time_zone on clubs
    for each row execute function require_region();

create table users (
    id                  uuid        primary key default uuidv7(),
    club_id             uuid        not null references clubs,
    user_id             text        not null check (user_id ~ '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$'),
    gender              text        check (gender in ('Male', 'Female')),
    birth_year          smallint    check (birth_year between 1900 and 2100),
    height_cm           float8      check (height_cm between 100 and 250),
    weight_kg           float8      check (weight_kg between 25 and 300),
    email               text,
    password_hash       text,
    role                text        not null default 'member' check (role in ('member', 'operator')),
    display_name        text,
    leaderboard_opt_out boolean     not null default false,
    language            text        check (language in ('ru', 'en')),
    units               text        not null default 'metric' check (units in ('metric', 'imperial')),
    created_at          timestamptz not null default now(),
    unique (club_id, user_id),
    check ((email is null) = (password_hash is null))
);
create unique index users_club_email_key on users (club_id, lower(email)) where email is not null;
create index users_club_joined on users (club_id, created_at);
comment on table users is 'One row per member (or operator) of a club, with the current profile.';
comment on column users.id is 'UUIDv7; the key that other tables refer to.';
comment on column users.club_id is 'The club that the member belongs to.';
comment on column users.user_id is 'The club''s or partner''s own identifier for the member, unique in the club.';
comment on column users.gender is 'Male or Female, as the published formulas distinguish; null until known.';
comment on column users.birth_year is 'Calendar year of birth; null until known.';
comment on column users.height_cm is 'Height in centimetres; null until known.';
comment on column users.weight_kg is 'Body mass in kilograms; null until known.';
comment on column users.email is 'Address for logging in; null for members that a partner brought.';
comment on column users.password_hash is 'Argon2id hash in PHC format; null for members who cannot log in.';
comment on column users.role is 'member, or operator of the club.';
comment on column users.display_name is 'Name shown to other members, such as on the leaderboard.';
comment on column users.leaderboard_opt_out is 'True: the member does not appear on any leaderboard.';
comment on column users.language is 'Language of the pages: ru or en; null: the browser''s.';
comment on column users.units is 'Units of the pages: metric or imperial. Stored values are always metric.';
comment on column users.created_at is 'When the member was created.';

-- ----------------------------------------------------------------------------------------------- workouts and scoring

create table workouts (
    id                uuid        primary key default uuidv7(),
    club_id           uuid        not null references clubs,
    member_id         uuid        not null references users,
    source            text        not null,
    idempotency_key   text,
    request_hash      bytea       not null,
    ts                timestamptz not null,
    local_day         date        not null,
    workout_type      text        not null,
    duration_min      float8      not null check (duration_min > 0),
    distance_km       float8      check (distance_km >= 0),
    avg_hr            float8      check (avg_hr > 0),
    speed_kmh         float8      check (speed_kmh >= 0),
    calories_measured float8      check (calories_measured >= 0),
    gender            text        not null check (gender in ('Male', 'Female')),
    age               smallint    not null check (age > 0),
    height_cm         float8      not null check (height_cm > 0),
    weight_kg         float8      not null check (weight_kg > 0),
    created_at        timestamptz not null default now()
);
create unique index workouts_idempotency_key on workouts (club_id, source, idempotency_key)
    where idempotency_key is not null;
create index workouts_club_recent on workouts (club_id, id);
create index workouts_member_recent on workouts (member_id, id);
-- Histories are read by day, latest first: of a member, of a club, of a club and type. The included member lets
-- visitors be counted with an index-only scan.
create index workouts_member_day on workouts (member_id, local_day, ts, id);
create index workouts_club_day on workouts (club_id, local_day, ts, id) include (member_id);
create index workouts_club_type_day on workouts (club_id, workout_type, local_day, ts, id);
comment on table workouts is
    'One row per finished workout, as it was sent, with a snapshot of the profile at that time.';
comment on column workouts.id is 'UUIDv7; its order is the order of acceptance.';
comment on column workouts.club_id is 'The club of the member.';
comment on column workouts.member_id is 'users.id of the member.';
comment on column workouts.source is 'Sender: partner:<name of the key> or member:<users.id>.';
comment on column workouts.idempotency_key is
    'Key chosen by the sender, unique per club and source; null when none was sent.';
comment on column workouts.request_hash is
    'SHA-256 of the request''s content; distinguishes a retry from a reuse of the key.';
comment on column workouts.ts is 'Start of the workout.';
comment on column workouts.local_day is 'Day of the start in the club''s time zone, as it was set at acceptance.';
comment on column workouts.workout_type is 'Type, such as running or yoga.';
comment on column workouts.duration_min is 'Duration in minutes.';
comment on column workouts.distance_km is 'Distance in kilometres; null when not measured.';
comment on column workouts.avg_hr is 'Mean heart rate in beats per minute; null when not measured.';
comment on column workouts.speed_kmh is 'Mean speed in km/h as sent; null when not measured.';
comment on column workouts.calories_measured is
    'Gross kcal measured by a device; null when none was sent. Never used for scoring.';
comment on column workouts.gender is 'Snapshot of the profile: Male or Female.';
comment on column workouts.age is 'Snapshot of the profile: age in years.';
comment on column workouts.height_cm is 'Snapshot of the profile: height in centimetres.';
comment on column workouts.weight_kg is 'Snapshot of the profile: body mass in kilograms.';
comment on column workouts.created_at is 'When the workout was accepted.';

-- `limit 1`: queries read the prediction of a workout with `cross join lateral (... where workout_id = w.id limit 1)`.
-- A workout has one prediction anyway; the limit forces one index look-up per workout. Without it the planner prefers
-- to read all predictions for a single day of a long history, which is faster only when most of them are needed. The
-- statements of the hot path are also planned while the tables are nearly empty, and keep their plans.
create table predictions (
    id             uuid        primary key default uuidv7(),
    workout_id     uuid        not null unique references workouts,
    status         text        not null default 'pending' check (status in ('pending', 'done', 'failed')),
    calories_pred  float8      check (calories_pred > 0 and calories_pred < 'infinity'),
    model_version  text,
    points         integer     check (points >= 0),
    points_rule    text,
    points_reasons text[]      not null default '{}',
    hold_reasons   text[]      not null default '{}',
    credited_kcal  float8      check (credited_kcal >= 0),
    credited_min   float8      check (credited_min >= 0),
    attempts       smallint    not null default 0,
    claimed_at     timestamptz,
    error_code     text,
    created_at     timestamptz not null default now(),
    processed_at   timestamptz,
    held_points    integer     check (held_points >= 0),
    review         text        check (review in ('approved', 'rejected', 'deleted')),
    review_reason  text,
    reviewed_by    text,
    reviewed_at    timestamptz,
    -- The only definition of how a held or reviewed workout counts; every query uses this column.
    standing       text        generated always as (
        case
            when review = 'deleted' then 'deleted'
            when status <> 'done' then null
            when review = 'rejected' then 'rejected'
            when hold_reasons = '{}' or review = 'approved' then 'credited'
            else 'held'
        end
    ) stored,
    check (status = 'done' or review is null or (status = 'failed' and review = 'deleted')),
    check ((review is null) = (reviewed_at is null) and (review is null) = (reviewed_by is null)),
    check (review <> 'rejected' or (points = 0 and review_reason is not null)),
    check (review <> 'deleted' or coalesce(points, 0) = 0),
    check ((status = 'pending') = (processed_at is null)),
    check ((status = 'done') = (calories_pred is not null)),
    check ((status = 'done') = (points is not null)),
    check ((status = 'failed') = (error_code is not null))
);
-- The sweeper's index; it holds pending rows only. Its condition is deliberately not `status = 'pending'`: the planner
-- could then use it, and scan the whole backlog, for every statement that guards against a changed status.
create index predictions_pending on predictions (created_at) where processed_at is null;
create index predictions_failed on predictions (workout_id) where status = 'failed';
create index predictions_failed_at on predictions (processed_at) where status = 'failed';
create index predictions_processed on predictions (model_version, processed_at) where processed_at is not null;
create index predictions_held on predictions (workout_id) where standing = 'held';
comment on table predictions is 'One row per workout: the job while pending, then its result and award.';
comment on column predictions.id is 'UUIDv7.';
comment on column predictions.workout_id is 'The scored workout.';
comment on column predictions.status is 'pending, done or failed. done and failed are final.';
comment on column predictions.calories_pred is 'Gross kcal predicted by the model.';
comment on column predictions.model_version is 'Version of the model that scored it.';
comment on column predictions.points is
    'Points awarded; 0 while the award is held for review, and once the workout is rejected or deleted.';
comment on column predictions.points_rule is 'Version of the rules that decided the points.';
comment on column predictions.points_reasons is 'Codes of the caps that reduced the points below kcal / 10.';
comment on column predictions.hold_reasons is
    'Codes of the reasons why the award was held for review; kept after the review; empty for nearly all.';
comment on column predictions.credited_kcal is 'Gross kcal that points were given for, after the caps.';
comment on column predictions.credited_min is 'Minutes that count towards the daily limit.';
comment on column predictions.attempts is 'How often a sweeper has claimed the row.';
comment on column predictions.claimed_at is 'When a sweeper last claimed the row.';
comment on column predictions.error_code is 'Why scoring failed permanently.';
comment on column predictions.created_at is 'When the job was accepted.';
comment on column predictions.processed_at is 'When it became done or failed.';
comment on column predictions.held_points is 'Estimate of the award, noted when it was held; null if it never was.';
comment on column predictions.review is
    'Decision of an operator: approved or rejected; or deleted (softly), which members may do with their own '
    'workouts; null: none.';
comment on column predictions.review_reason is 'Reason in the operator''s words; null when none was given.';
comment on column predictions.reviewed_by is 'Author of the decision: member:<users.id>.';
comment on column predictions.reviewed_at is 'When it was decided.';
comment on column predictions.standing is
    'How the workout counts: credited (it earns and counts), held (it waits for review), rejected (it does not '
    'count), deleted (nor is it shown); null until it is scored.';

-- ------------------------------------------------------------------------------------------------------------- rights

grant usage on schema public to fitburn_app;
grant select, insert on clubs, users, workouts, predictions to fitburn_app;
grant update on users, predictions to fitburn_app;
grant update (name, time_zone, points_valid_for) on clubs to fitburn_app;
