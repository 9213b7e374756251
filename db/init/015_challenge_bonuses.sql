-- Bonuses of challenges. A worker pays in the transaction that scores the workout which reaches the goal
-- (`complete_challenges`). Changes that it cannot see (the review of a held workout, a challenge that is created or
-- changed later) leave a mark in `challenge_changes`, and `evaluate_challenges()` pays then. Both are idempotent and
-- may run concurrently.

-- ---------------------------------------------------------------------------------------------------------------- pay

-- Callers hold a lock on the members (users, in the order of ids), so that two workouts which reach a goal together
-- are not both missed. The challenges are locked before anything is completed, so that none is changed or cancelled
-- meanwhile; then the reached goals are looked up again.
create or replace function record_completions(asked uuid[], members uuid[]) returns setof new_transfer
language plpgsql set plan_cache_mode to force_custom_plan as $$
#variable_conflict use_column
declare
    reached uuid[];
begin
    select array_agg(distinct r.challenge_id) into reached from reached_challenges(asked, members) as r;
    if reached is null then
        return;
    end if;
    perform 1 from challenges where id = any (reached) order by id for key share;

    return query
    with completed as (
        insert into challenge_completions as made (challenge_id, member_id, bonus_points)
        select r.challenge_id, r.member_id, r.bonus_points
        from reached_challenges(reached, members) as r
        order by r.challenge_id, r.member_id
        on conflict (challenge_id, member_id) do nothing
        returning made.id, made.member_id, made.bonus_points
    )
    select 'challenge_bonus', c.id, c.member_id, c.bonus_points from completed as c;
end
$$;
comment on function record_completions(uuid[], uuid[]) is
    'Records which of these challenges these members have completed now; returns the bonus of each as a transfer. '
    'The caller has locked the members, and books the transfers in the same transaction.';

create or replace function complete_challenges(members uuid[], first_day date, last_day date) returns setof new_transfer
language plpgsql set plan_cache_mode to force_custom_plan as $$
declare
    touched uuid[];
begin
    select array_agg(c.id) into touched
    from challenges as c
    where
        c.club_id in (select u.club_id from users as u where u.id = any (members))
        and c.cancelled_at is null and c.starts_on <= last_day and c.ends_on >= first_day;
    if touched is not null then
        insert into challenge_changes (challenge_id) select unnest(touched);
        return query select * from record_completions(touched, members);
    end if;
end
$$;
comment on function complete_challenges(uuid[], date, date) is
    'Called by a worker that has scored workouts of these members on these days (both included); returns the bonuses '
    'to book. See record_completions.';

-- ---------------------------------------------------------------------------------------------------------- pay later

create or replace function mark_challenge() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into challenge_changes (challenge_id) values (new.id);
    return null;
end
$$;
comment on function mark_challenge() is 'Marks a new or changed challenge: members may have reached its goal already.';
create trigger mark_challenge
    after insert or update of metric, workout_type, starts_on, ends_on, goal on challenges
    for each row execute function mark_challenge();

create or replace function mark_reviewed_workout() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into challenge_changes (challenge_id)
    select c.id
    from workouts as w
    join challenges as c on c.club_id = w.club_id and w.local_day between c.starts_on and c.ends_on
    where w.id = new.workout_id and c.cancelled_at is null;
    return null;
end
$$;
comment on function mark_reviewed_workout() is
    'Marks the challenges that a scored workout starts or stops counting for.';
-- The condition costs workers nothing: they move rows from pending to done.
create trigger mark_reviewed_workout after update on predictions
    for each row when (
        old.status = 'done'
        and (old.standing, old.credited_min, old.credited_kcal)
            is distinct from (new.standing, new.credited_min, new.credited_kcal)
    )
    execute function mark_reviewed_workout();

create or replace function evaluate_challenge(challenge uuid, max_members integer) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off as $$
declare
    due uuid[];
    paid integer;
begin
    -- Take the marks before reading: changes committed in between are read now and marked for the next run.
    delete from challenge_changes as m where m.challenge_id = challenge;

    with standings as materialized (
        select member_id, value from challenge_standings(array[challenge], null)
    ),
    counted as (
        update challenges set participants_cnt = (select count(*) from standings), counted_at = clock_timestamp()
        where id = challenge
        returning goal, cancelled_at
    ),
    unpaid as (
        select s.member_id
        from standings as s
        join counted as c on s.value >= c.goal and c.cancelled_at is null
        where not exists (
            select from challenge_completions as done
            where done.challenge_id = challenge and done.member_id = s.member_id
        )
        order by s.member_id
        limit max_members
    )
    select array_agg(member_id order by member_id) into due from unpaid;

    if due is null then
        return 0;
    end if;
    perform 1 from users where id = any (due) order by id for no key update;
    select count(*) into paid
    from book_transfers(array(select bonus from record_completions(array[challenge], due) as bonus));
    if cardinality(due) = max_members then
        insert into challenge_changes (challenge_id) values (challenge);
    end if;
    return paid;
end
$$;
comment on function evaluate_challenge(uuid, integer) is
    'Counts the participants of a challenge and pays up to max_members members who reached it; returns their number. '
    'Leaves a mark if there may be more.';

create or replace procedure evaluate_challenges() language plpgsql as $$
declare
    -- A transaction that pays a whole club would keep its workers waiting.
    batch_size constant integer := 500;
    challenge uuid;
    paid integer;
begin
    for challenge in select distinct challenge_id from challenge_changes order by challenge_id loop
        loop
            paid := evaluate_challenge(challenge, batch_size);
            commit;
            exit when paid < batch_size;
        end loop;
    end loop;
end
$$;
comment on procedure evaluate_challenges() is
    'Evaluates every marked challenge, each in separate transactions. Idempotent.';
