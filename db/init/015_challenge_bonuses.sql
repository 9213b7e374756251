-- Bonuses.

-- ------------------------------------------------------------------------------------------------------------ paying

-- Callers hold a lock on the members (users, in the order of ids), so that two workouts which reach a goal together do
-- not miss each other. A challenge is locked before anybody completes it, so that it is not changed or called off at that
-- moment; what is reached is then looked up again.
create or replace function record_completions(asked uuid[], members uuid[])
returns table (completion_id uuid, member_id uuid, club_id uuid, points integer) language plpgsql
set plan_cache_mode to force_custom_plan as $$
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
    select c.id, c.member_id, m.club_id, c.bonus_points
    from completed as c
    join users as m on m.id = c.member_id;
end
$$;
comment on function record_completions(uuid[], uuid[]) is 'Notes which of these challenges these members have completed now; gives a row for each bonus. The caller has locked the members, and books the bonuses as transfers of kind challenge_bonus in the same transaction.';

create or replace function complete_challenges(members uuid[], first_day date, last_day date)
returns table (completion_id uuid, member_id uuid, club_id uuid, points integer) language plpgsql
set plan_cache_mode to force_custom_plan as $$
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
comment on function complete_challenges(uuid[], date, date) is 'What a worker calls after it has scored workouts of these members on these days (both included); gives a row for each bonus to book. See record_completions.';

-- ---------------------------------------------------------------------------------------------- what comes afterwards

create or replace function mark_challenge() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into challenge_changes (challenge_id) values (new.id);
    return null;
end
$$;
comment on function mark_challenge() is 'Has a new or changed challenge evaluated: what it asks for may have been done already.';
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
comment on function mark_reviewed_workout() is 'Has the challenges evaluated that a scored workout counts for, or no longer does.';
-- The condition is free for what a worker does: it moves rows from pending to done.
create trigger mark_reviewed_workout after update on predictions
    for each row when (
        old.status = 'done'
        and (old.standing, old.credited_min, old.credited_kcal)
            is distinct from (new.standing, new.credited_min, new.credited_kcal)
    )
    execute function mark_reviewed_workout();

create or replace function evaluate_challenge(challenge uuid) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off as $$
declare
    -- A transaction that pays a whole club would keep its workers waiting.
    most_at_once constant integer := 500;
    due uuid[];
    paid integer;
begin
    -- First the marks, then the rows: what is committed in between is read now and marked for the next run.
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
        limit most_at_once
    )
    select array_agg(member_id order by member_id) into due from unpaid;

    if due is null then
        return 0;
    end if;
    perform 1 from users where id = any (due) order by id for no key update;
    insert into point_transfers (kind, source_id, from_account, to_account, amount)
    select 'challenge_bonus', b.completion_id, club.id, member.id, b.points
    from record_completions(array[challenge], due) as b
    join point_accounts as member on member.member_id = b.member_id and member.kind = 'member'
    join point_accounts as club on club.club_id = b.club_id and club.member_id is null and club.kind = 'issued';
    get diagnostics paid = row_count;
    if cardinality(due) = most_at_once then
        insert into challenge_changes (challenge_id) values (challenge);
    end if;
    return paid;
end
$$;
comment on function evaluate_challenge(uuid) is 'Counts who takes part in a challenge and pays up to 500 members who reached it; gives how many. Leaves a mark if there may be more.';

create or replace procedure evaluate_challenges() language plpgsql as $$
declare
    challenge uuid;
    paid integer;
begin
    for challenge in select distinct challenge_id from challenge_changes order by challenge_id loop
        loop
            paid := evaluate_challenge(challenge);
            commit;
            exit when paid < 500;
        end loop;
    end loop;
end
$$;
comment on procedure evaluate_challenges() is 'Evaluates every challenge that waits for it, each in transactions of its own. Any number of times is as good as once.';
