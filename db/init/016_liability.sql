-- The mart of outstanding points: those that members can still spend.
--
-- Points are owed while they are on accounts of kind member or held. The liability changes by transfers between these
-- and all other kinds of accounts.

create table points_liability_daily (
    day         date        not null,
    club_id     uuid        not null,
    club        text        not null,
    issued      bigint      not null,
    spent       bigint      not null,
    expired     bigint      not null,
    adjusted    bigint      not null,
    outstanding bigint      not null,
    created_at  timestamptz not null default now(),
    primary key (day, club_id)
);
create index points_liability_daily_club on points_liability_daily (club_id, day);
comment on table points_liability_daily is
    'One row per club and day on which points were issued, spent, expired or adjusted: the points that members can '
    'still spend at the end of it. Between its days, the latest row before applies.';
comment on column points_liability_daily.day is
    'Day on which the transfers were booked, in the time zone of the club. Key with club_id.';
comment on column points_liability_daily.club_id is 'clubs.id of the club.';
comment on column points_liability_daily.club is 'Short name of the club, such as main.';
comment on column points_liability_daily.issued is
    'Points awarded for workouts and challenges minus reversals; below 0 on a day with more reversals.';
comment on column points_liability_daily.spent is 'Points of rewards that were handed over.';
comment on column points_liability_daily.expired is 'Points that expired unspent.';
comment on column points_liability_daily.adjusted is 'Points added minus points taken by hand.';
comment on column points_liability_daily.outstanding is
    'Points of members, held ones included, at the end of the day: those of the day before + issued − spent − '
    'expired + adjusted. On the latest day it is the sum of these accounts'' balances.';
comment on column points_liability_daily.created_at is
    'When the row was built, or last corrected because an earlier day was built later (UTC).';

-- ---------------------------------------------------------------------------------------------------------- mark days

-- Lets a refresh read one day of a long history. Transfers arrive in the order of this index.
create index point_transfers_created on point_transfers (created_at);

-- Transfers of one transaction share their time, and most batches their giver: one or two rows are looked up.
create or replace function mark_transfer_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    insert into mart_changes (mart, day)
    select distinct 'points_liability_daily', (b.created_at at time zone c.time_zone)::date
    from (select distinct from_account, created_at from booked) as b
    join point_accounts as a on a.id = b.from_account
    join clubs as c on c.id = a.club_id;
    return null;
end
$$;
comment on function mark_transfer_days() is 'Marks the days of new transfers for points_liability_daily.';
create trigger mark_transfer_days after insert on point_transfers
    referencing new table as booked for each statement execute function mark_transfer_days();

create or replace function mark_moved_days() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into mart_changes (mart, day)
    select distinct 'points_liability_daily', known.day + near.days
    from (
        select day from points_liability_daily where club_id = new.id
        union
        select changed_days('points_liability_daily')
        union
        select current_date
    ) as known (day)
    cross join generate_series(-1, 1) as near (days);
    return null;
end
$$;
comment on function mark_moved_days() is
    'Marks all days of a club whose time zone has changed, and their neighbours, for points_liability_daily.';
create trigger mark_moved_days after update of time_zone on clubs
    for each row when (old.time_zone is distinct from new.time_zone) execute function mark_moved_days();

-- ------------------------------------------------------------------------------------------------------------ refresh

-- The range in UTC is wide enough for every zone; the club's zone determines the day.
create or replace function liability_flows(from_day date, to_day date) returns table (
    day date, club_id uuid, issued bigint, spent bigint, expired bigint, adjusted bigint
) language sql stable as $$
    with moves as (
        select
            (t.created_at at time zone c.time_zone)::date as day, c.id as club_id,
            case when owed.taker then giver.kind else taker.kind end as elsewhere,
            case when owed.taker then t.amount else -t.amount end as change
        from point_transfers as t
        join point_accounts as giver on giver.id = t.from_account
        join point_accounts as taker on taker.id = t.to_account
        join clubs as c on c.id = giver.club_id
        cross join lateral (
            select giver.kind in ('member', 'held') as giver, taker.kind in ('member', 'held') as taker
        ) as owed
        where
            t.created_at >= (from_day - 1)::timestamp at time zone 'UTC'
            and t.created_at < (to_day + 2)::timestamp at time zone 'UTC'
            and (t.created_at at time zone c.time_zone)::date between from_day and to_day
            and owed.giver <> owed.taker
    )
    select
        m.day, m.club_id,
        coalesce(sum(m.change) filter (where m.elsewhere = 'issued'), 0),
        coalesce(-sum(m.change) filter (where m.elsewhere = 'redeemed'), 0),
        coalesce(-sum(m.change) filter (where m.elsewhere = 'expired'), 0),
        coalesce(sum(m.change) filter (where m.elsewhere = 'adjusted'), 0)
    from moves as m
    group by m.day, m.club_id
$$;
comment on function liability_flows(date, date) is
    'One row per club and day (both included) on which the liability changed: by how much and why.';

create or replace function liability_sums(from_day date, to_day date) returns table (
    day date, club_id uuid, outstanding bigint
) language sql stable as $$
    select
        m.day, m.club_id,
        coalesce(before.outstanding, 0)
            + sum(m.issued - m.spent - m.expired + m.adjusted) over (partition by m.club_id order by m.day)
    from points_liability_daily as m
    left join lateral (
        select p.outstanding
        from points_liability_daily as p
        where p.club_id = m.club_id and p.day < from_day
        order by p.day desc
        limit 1
    ) as before on true
    where m.day between from_day and to_day
$$;
comment on function liability_sums(date, date) is
    'The expected outstanding points at the end of these days (both included) of points_liability_daily, starting '
    'from the row before the first one.';

create or replace function refresh_points_liability_daily(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    rows_built integer;
begin
    perform begin_mart_refresh('points_liability_daily', from_day, to_day);
    delete from points_liability_daily where day between from_day and to_day;

    insert into points_liability_daily (day, club_id, club, issued, spent, expired, adjusted, outstanding)
    select
        f.day, f.club_id, c.slug, f.issued, f.spent, f.expired, f.adjusted,
        coalesce(before.outstanding, 0)
            + sum(f.issued - f.spent - f.expired + f.adjusted) over (partition by f.club_id order by f.day)
    from liability_flows(from_day, to_day) as f
    join clubs as c on c.id = f.club_id
    left join lateral (
        select m.outstanding
        from points_liability_daily as m
        where m.club_id = f.club_id and m.day < from_day
        order by m.day desc
        limit 1
    ) as before on true;
    get diagnostics rows_built = row_count;

    -- Carry the sums on to later days. Rows that are already right are not written; with days in order, that is all of
    -- them.
    update points_liability_daily as m
    set outstanding = s.outstanding, created_at = now()
    from liability_sums(from_day, 'infinity') as s
    where m.day > to_day and m.day = s.day and m.club_id = s.club_id and m.outstanding <> s.outstanding;
    return rows_built;
end
$$;
comment on function refresh_points_liability_daily(date, date) is
    'Replaces these days (both included) of points_liability_daily and carries the outstanding points on to later '
    'days; returns the number of rows.';

-- ------------------------------------------------------------------------------------------------------------- checks

create or replace function points_liability_daily_faults(from_day date, to_day date) returns table (
    day date, fault text
) language sql stable set jit to off set work_mem to '32MB' as $$
    with built as (
        select * from points_liability_daily as m where m.day between from_day and to_day
    ),
    latest as (
        select distinct on (m.club_id) m.club_id, m.day, m.outstanding
        from points_liability_daily as m
        order by m.club_id, m.day desc
    ),
    -- Balances are current, so they can be compared only when no day waits to be rebuilt.
    owed as (
        select a.club_id, sum(a.balance) as points
        from point_accounts as a
        where
            a.kind in ('member', 'held')
            and not exists (select from mart_changes as c where c.mart = 'points_liability_daily')
        group by a.club_id
    )
    select
        day,
        format(
            'club %s has issued %s (source %s), spent %s (%s), expired %s (%s), adjusted %s (%s)', club_id,
            b.issued, s.issued, b.spent, s.spent, b.expired, s.expired, b.adjusted, s.adjusted
        )
    from liability_flows(from_day, to_day) as s
    full join built as b using (day, club_id)
    join settled_days('points_liability_daily', from_day, to_day) as settled (day) using (day)
    where (b.issued, b.spent, b.expired, b.adjusted) is distinct from (s.issued, s.spent, s.expired, s.adjusted)
    union all
    select b.day, format('club %s has %s outstanding, its days add up to %s', b.club_id, b.outstanding, s.outstanding)
    from built as b
    join liability_sums(from_day, to_day) as s using (day, club_id)
    where b.outstanding <> s.outstanding
    union all
    select
        coalesce(l.day, to_day),
        format('club %s has %s outstanding, its accounts hold %s', o.club_id, coalesce(l.outstanding, 0), o.points)
    from owed as o
    left join latest as l using (club_id)
    where coalesce(l.day, to_day) between from_day and to_day and coalesce(l.outstanding, 0) <> o.points
    order by 1, 2
$$;
comment on function points_liability_daily_faults(date, date) is
    'Days (both included) on which points_liability_daily disagrees with the transfers, does not add up, or ends '
    'with another sum than the accounts hold; no rows: no faults.';

-- ------------------------------------------------------------------------------------------------------------- rights

grant select on points_liability_daily to analyst, grafana, fitburn_app;
