-- The statements of the hot path. The API accepts a batch of workouts with one; a worker claims a batch with another
-- and finishes it with a third, in one transaction.
--
-- As functions they are planned once per session and take one round trip. At less than some hundreds of workouts a
-- second nearly every workout comes alone, and planning and round trips would take most of its time. Plans that are
-- made while the tables are small must stay good when they are large: hence no sequential scans, and `limit 1` (see
-- predictions in 001_init.sql).

create or replace function accept_workouts(rows json, channel text)
returns table (n integer, workout_id text, prediction_id text) language plpgsql
set plan_cache_mode to force_generic_plan set enable_seqscan to off as $$
#variable_conflict use_column
begin
    return query
    with sent as materialized (
        select *, uuidv7() as workout_id
        from json_to_recordset(rows) as x (
            n integer, club_id uuid, user_id text, source text, idempotency_key text, request_hash text,
            ts timestamptz, workout_type text, duration_min float8, distance_km float8, avg_hr float8, speed_kmh float8,
            calories_measured float8, gender text, age smallint, height_cm float8, weight_kg float8
        )
    ),
    accepted as (
        insert into workouts (
            id, club_id, member_id, source, idempotency_key, request_hash, ts, local_day, workout_type, duration_min,
            distance_km, avg_hr, speed_kmh, calories_measured, gender, age, height_cm, weight_kg
        )
        select
            s.workout_id, s.club_id, u.id, s.source, s.idempotency_key, decode(s.request_hash, 'hex'), s.ts,
            (s.ts at time zone c.time_zone)::date, s.workout_type, s.duration_min,
            s.distance_km, s.avg_hr, s.speed_kmh, s.calories_measured, s.gender, s.age, s.height_cm, s.weight_kg
        from sent as s
        join clubs as c on c.id = s.club_id
        cross join lateral (
            select id, gender, birth_year, height_cm, weight_kg
            from users
            where club_id = s.club_id and user_id = s.user_id
            limit 1
        ) as u
        -- A workout fills the gaps of its member's profile; the API writes such profiles first.
        where num_nulls(u.gender, u.birth_year, u.height_cm, u.weight_kg) = 0
        -- A fixed order prevents deadlocks between two processes with the same keys.
        order by s.club_id, s.source, s.idempotency_key, s.n
        on conflict (club_id, source, idempotency_key) where idempotency_key is not null do nothing
        returning id
    ),
    jobs as (
        insert into predictions (workout_id)
        select id from accepted
        returning workout_id, id
    )
    select s.n, j.workout_id::text, j.id::text
    from jobs as j
    join sent as s on s.workout_id = j.workout_id;
    if found and channel is not null then
        perform pg_notify(channel, '');
    end if;
end
$$;
comment on function accept_workouts(json, text) is
    'Adds workouts with their pending predictions; returns a row for each new one. Omits known idempotency keys, and '
    'members who are unknown or have gaps in their profile. channel: where to send a wake-up message after the '
    'commit; null: none.';

create or replace function take_workouts(ids uuid[], out pending json, out credited json) language plpgsql
set plan_cache_mode to force_generic_plan set enable_seqscan to off as $$
declare
    taken uuid[];
    members uuid[];
begin
    -- Rows locked by another worker are skipped: that worker scores them, or a sweeper does if it dies.
    with locked as materialized (
        select
            w.id as workout_id, p.id as prediction_id, w.club_id, w.member_id, p.created_at as accepted_at, w.local_day,
            w.ts, w.workout_type, w.duration_min, w.distance_km, w.avg_hr, w.speed_kmh, w.gender, w.age, w.height_cm,
            w.weight_kg
        from predictions as p
        join workouts as w on w.id = p.workout_id
        where p.workout_id = any (ids) and p.status = 'pending'
        for no key update of p skip locked
    )
    select json_agg(l), array_agg(l.workout_id), array_agg(l.member_id) into pending, taken, members
    from locked as l;

    if taken is not null then
        -- One batch at a time decides on a member's points. The fixed order prevents deadlocks between two batches with
        -- the same members. New workouts are not blocked: they only need the member to exist.
        perform 1 from users as u where u.id = any (members) order by u.id for no key update;

        -- A workout of the day before may last into this day, and one of this day into the next.
        with wanted as (
            select distinct w.member_id, w.local_day from workouts as w where w.id = any (taken)
        ),
        earned as (
            select distinct w.id as workout_id, w.member_id, w.local_day, w.ts, w.duration_min, p.points, p.credited_min
            from wanted
            join workouts as w
                on w.member_id = wanted.member_id
                and w.local_day between wanted.local_day - 1 and wanted.local_day + 1
            cross join lateral (
                select standing, points, credited_min from predictions where workout_id = w.id limit 1
            ) as p
            where p.standing = 'credited'
        )
        select json_agg(e) into credited from earned as e;
    end if;
end
$$;
comment on function take_workouts(uuid[]) is
    'Locks, until the end of the transaction, those of the workouts that are pending and not locked by another '
    'worker, and their members. pending: these workouts; credited: the credited workouts of the same members on the '
    'same and the neighbouring days. Both are null if empty.';

create or replace function finish_workouts(
    results json, model_version text, points_rule text, channel text, notices json
) returns integer language plpgsql
set plan_cache_mode to force_generic_plan set enable_seqscan to off as $$
#variable_conflict use_column
declare
    finished uuid[];
    counted uuid[];
    clubs uuid[];
    first_day date;
    last_day date;
    may_complete boolean;
    bonuses integer;
begin
    with scored as materialized (
        select *
        from json_to_recordset(results) as x (
            prediction_id uuid, workout_id uuid, club_id uuid, member_id uuid, local_day date, calories float8,
            points integer, points_reasons text[], hold_reasons text[], credited_kcal float8, credited_min float8,
            held_points integer
        )
    ),
    done as (
        update predictions as p
        set
            status = 'done',
            calories_pred = s.calories,
            model_version = finish_workouts.model_version,
            points = s.points,
            points_rule = finish_workouts.points_rule,
            points_reasons = s.points_reasons,
            hold_reasons = s.hold_reasons,
            credited_kcal = s.credited_kcal,
            credited_min = s.credited_min,
            held_points = s.held_points,
            processed_at = clock_timestamp()
        from scored as s
        where p.id = s.prediction_id and p.status = 'pending'
        returning s.workout_id, s.club_id, s.member_id, s.local_day, s.credited_min
    )
    select
        array_agg(d.workout_id), array_agg(distinct d.member_id) filter (where d.credited_min > 0), min(d.local_day),
        max(d.local_day), array_agg(distinct d.club_id)
        into finished, counted, first_day, last_day, clubs
    from done as d;

    -- Skips the evaluation for clubs without challenges.
    select exists (
        select from challenges as c
        where c.club_id = any (clubs) and c.cancelled_at is null and c.ends_on >= first_day
    )
        into may_complete;

    -- A batch books everything with one statement: accounts are locked once, in order, with nothing to lock after them.
    with earned as (
        select ('workout_award', x.workout_id, x.member_id, x.points)::new_transfer as transfer
        from json_to_recordset(results) as x (workout_id uuid, member_id uuid, points integer)
        where x.points > 0 and x.workout_id = any (finished)
        union all
        select b from complete_challenges(counted, first_day, last_day) as b where may_complete
    )
    select count(*) filter (where t.kind = 'challenge_bonus') into bonuses
    from book_transfers(array(select transfer from earned)) as t;

    perform pg_notify(channel, notice) from json_array_elements_text(notices) as notice;
    return bonuses;
end
$$;
comment on function finish_workouts(json, text, text, text, json) is
    'Pending predictions become done; their awards are booked, and the bonuses of challenges that members complete; '
    'returns the number of bonuses. The transaction has called take_workouts. notices: payloads to send on the '
    'channel after the commit.';
