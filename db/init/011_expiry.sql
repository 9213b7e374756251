-- Expiry of points: lots expire clubs.points_valid_for after they were earned.

create or replace function date_points_validity() returns trigger language plpgsql as $$
begin
    new.points_valid_since = case
        when new.points_valid_for is not null then (now() at time zone new.time_zone)::date
    end;
    return new;
end
$$;
comment on function date_points_validity() is
    'Dates a change of clubs.points_valid_for: lots that were earned under other terms get a full new period.';
create trigger date_new_points_validity before insert on clubs
    for each row when (new.points_valid_for is not null) execute function date_points_validity();
create trigger date_points_validity before update of points_valid_for on clubs
    for each row when (new.points_valid_for is distinct from old.points_valid_for)
    execute function date_points_validity();

create or replace function expires_on(earned_on date, valid_for interval, valid_since date) returns date
language sql immutable as $$
    select (greatest(earned_on, valid_since) + valid_for)::date
$$;
comment on function expires_on(date, interval, date) is
    'First day on which a lot can no longer be spent; null: never. valid_for and valid_since are the club''s.';

-- Months differ in length, so the day one period ago only approximates the bound: the index returns a few days too
-- many, and the exact rule filters them.
create or replace function points_due(as_of date) returns table (
    day date, club_id uuid, account_id uuid, member_id uuid, points bigint
) language sql stable set plan_cache_mode to force_custom_plan as $$
    with days as (
        select
            id, points_valid_for, points_valid_since,
            least(coalesce(as_of, 'infinity'), (now() at time zone time_zone)::date) as today
        from clubs
        where points_valid_for is not null
    )
    select d.today, l.club_id, l.account_id, a.member_id, sum(l.remaining)
    from days as d
    join point_lots as l
        on l.club_id = d.id and l.remaining > 0 and l.earned_on <= (d.today - d.points_valid_for)::date + 3
    join point_accounts as a on a.id = l.account_id
    where expires_on(l.earned_on, d.points_valid_for, d.points_valid_since) <= d.today
    group by d.today, l.club_id, l.account_id, a.member_id
$$;
comment on function points_due(date) is
    'One row per member with points that have expired by this day (null: today in each club''s zone; never later '
    'than that), with their sum.';

create or replace function expire_points(as_of date default null) returns bigint language plpgsql
security definer set search_path = public, pg_temp set jit to off as $$
declare
    members uuid[];
    expired bigint;
begin
    perform pg_advisory_xact_lock(hashtext('fitburn.expire_points'));
    -- Lock the members first, in order, like every booking; then read their lots, which no other transaction can
    -- change.
    members := array(select d.member_id from points_due(as_of) as d);
    perform 1 from users where id = any (members) order by id for no key update;
    with booked as (
        select t.to_account, t.amount
        from book_transfers(array(
            select ('points_expired', md5(d.account_id || ' ' || d.day)::uuid, d.member_id, d.points)::new_transfer
            from points_due(as_of) as d
            where d.member_id = any (members)
        )) as t
    ),
    noted as (
        insert into audit_log (club_id, actor, action, subject_id, details)
        select
            a.club_id, 'system:expire_points', 'points.expired', a.club_id,
            jsonb_build_object('as_of', as_of, 'members', count(*), 'points', sum(b.amount))
        from booked as b
        join point_accounts as a on a.id = b.to_account
        group by a.club_id
    )
    select coalesce(sum(amount), 0) into expired from booked;
    return expired;
end
$$;
comment on function expire_points(date) is
    'Debits the points that have expired by this day (null: today in each club''s zone; a later day counts as '
    'today); returns their sum. Idempotent per day.';
revoke execute on function expire_points(date) from public;
grant execute on function expire_points(date) to fitburn_app;
