-- Lots: every credit of a member opens a lot; lots are spent earliest first and expire. A trigger on transfers keeps
-- the lots, as another one keeps the balances, so bookings do not deal with them.
--
-- Invariant: the lots of a member sum to the balance, or to 0 while the balance is below 0.

create table point_lots (
    transfer_id uuid    primary key,
    account_id  uuid    not null,
    club_id     uuid    not null,
    earned_on   date    not null,
    amount      integer not null check (amount > 0),
    remaining   integer not null check (remaining between 0 and amount)
);
create index point_lots_open on point_lots (account_id, earned_on, transfer_id) where remaining > 0;
create index point_lots_by_age on point_lots (club_id, earned_on) where remaining > 0;
comment on table point_lots is
    'One row per credit of a member, with its remaining points. Only the trigger on point_transfers writes it. No '
    'foreign keys, as each would cost every award a look-up.';
comment on column point_lots.transfer_id is 'point_transfers.id of the credit.';
comment on column point_lots.account_id is 'The member''s account.';
comment on column point_lots.club_id is 'The club of the member.';
comment on column point_lots.earned_on is
    'Day of the credit in the club''s zone. Lots are spent in this order; they expire clubs.points_valid_for after '
    'it, or after clubs.points_valid_since if that is later.';
comment on column point_lots.amount is 'Points that were credited.';
comment on column point_lots.remaining is
    'Points that can still be spent; amount plus the sum of the lot''s movements.';

create table lot_movements (
    id          uuid    primary key default uuidv7(),
    transfer_id uuid    not null references point_transfers,
    lot_id      uuid    not null references point_lots,
    amount      integer not null check (amount <> 0)
);
create index lot_movements_transfer on lot_movements (transfer_id);
create index lot_movements_lot on lot_movements (lot_id);
comment on table lot_movements is 'One row per lot that a transfer debited or credited. Append-only.';
comment on column lot_movements.id is 'UUIDv7.';
comment on column lot_movements.transfer_id is
    'The transfer that caused it; a credit that pays a debt debits its own lot.';
comment on column lot_movements.lot_id is 'The lot.';
comment on column lot_movements.amount is 'Points: below 0 when taken, above 0 when returned.';
create trigger only_added before update or delete or truncate on lot_movements
    for each statement execute function refuse_change();

-- Runs after keep_balances (triggers of an event fire in the order of their names), which has locked the accounts, so
-- no other transaction can change their lots. A batch of awards costs one multi-row insert; the rest serves debits.
create or replace function keep_lots() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
    takes boolean;
    returns boolean;
begin
    -- Services join along indexes only (fitburn.database): the account of each row is looked up separately.
    with credits as materialized (
        select b.id, b.kind, b.amount, b.created_at, a.id as account_id, a.club_id, a.balance
        from booked as b
        join point_accounts as a on a.id = b.to_account and a.kind = 'member'
    ),
    opened as (
        insert into point_lots (transfer_id, account_id, club_id, earned_on, amount, remaining)
        select b.id, b.account_id, b.club_id, (b.created_at at time zone c.time_zone)::date, b.amount, b.amount
        from credits as b
        join clubs as c on c.id = b.club_id
        where b.kind not in ('redemption_cancelled', 'redemption_expired')
    ),
    spenders as (
        select a.id
        from (select distinct from_account from booked) as b
        join point_accounts as a on a.id = b.from_account and a.kind = 'member'
    ),
    debtors as (
        -- The balance is below the credit: points were owed before.
        select account_id from credits group by account_id, balance having balance < sum(amount)
    )
    select
        exists (select from spenders) or exists (select from debtors),
        exists (select from credits where kind in ('redemption_cancelled', 'redemption_expired'))
        into takes, returns;

    if returns then
        with given as materialized (
            select b.id, m.lot_id, -sum(m.amount) as points
            from booked as b
            join point_transfers as hold on hold.kind = 'redemption_held' and hold.source_id = b.source_id
            join lot_movements as m on m.transfer_id = hold.id
            where b.kind in ('redemption_cancelled', 'redemption_expired')
            group by b.id, m.lot_id
        ),
        noted as (
            insert into lot_movements (transfer_id, lot_id, amount) select id, lot_id, points from given
        )
        update point_lots as l
        set remaining = l.remaining + g.points
        from (select lot_id, sum(points) as points from given group by lot_id) as g
        where l.transfer_id = g.lot_id;
    end if;
    if takes then
        perform take_from_lots(array(select distinct id from booked));
    end if;
    return null;
end
$$;
comment on function keep_lots() is
    'Opens a lot for every credit of a member, returns points of closed redemptions to their lots, and takes debits '
    'from the lots.';

-- Per account, the debt from before is paid first, then each debit. Debits and lots are laid out as intervals on one
-- line of points; where two intervals overlap, the debit takes from the lot. A reversal takes from the award's own lot
-- first. A debit that exceeds the lots is owed.
create or replace function take_from_lots(transfers uuid[]) returns void language plpgsql
security definer set search_path = public, pg_temp set enable_hashjoin to on set enable_mergejoin to on as $$
begin
    if exists (
        select from point_transfers as t
        join point_accounts as a on a.id = t.from_account and a.kind = 'member'
        where t.id = any (transfers) and t.kind in ('redemption_held', 'points_expired') and a.balance < 0
    ) then
        raise exception 'there are not enough points' using errcode = 'check_violation',
            hint = 'Lock the member, look at the balance, and only then book.';
    end if;
    with booked as materialized (
        select id, kind, source_id, from_account, to_account, amount from point_transfers where id = any (transfers)
    ),
    sums as (
        select
            account, sum(credit) as credit, sum(debit) as debit,
            (array_agg(id order by id) filter (where credit > 0))[1] as id
        from (
            select id, to_account as account, amount as credit, 0 as debit from booked
            union all
            select id, from_account, 0, amount from booked
        ) as moves
        group by account
    ),
    takers as (
        select s.account, 0 as turn, s.id, s.credit - s.debit - a.balance as points
        from sums as s
        join point_accounts as a on a.id = s.account and a.kind = 'member'
        where s.credit > 0 and a.balance < s.credit - s.debit
        union all
        select a.id, 1, b.id, b.amount
        from booked as b
        join point_accounts as a on a.id = b.from_account and a.kind = 'member'
    ),
    wanted as (
        select account, id, points, sum(points) over (partition by account order by turn, id) as ends from takers
    ),
    own as (
        select award.id
        from booked as b
        join point_transfers as award on award.kind = 'workout_award' and award.source_id = b.source_id
        where b.kind = 'workout_reversal'
    ),
    offered as (
        select
            l.account_id, l.transfer_id, l.remaining,
            sum(l.remaining) over (
                partition by l.account_id
                order by l.transfer_id not in (select id from own), l.earned_on, l.transfer_id
            ) as ends
        from point_lots as l
        where l.account_id in (select account from wanted) and l.remaining > 0
    ),
    taken as materialized (
        select
            w.id, o.transfer_id as lot_id,
            least(w.ends, o.ends) - greatest(w.ends - w.points, o.ends - o.remaining) as points
        from wanted as w
        join offered as o
            on o.account_id = w.account and o.ends > w.ends - w.points and o.ends - o.remaining < w.ends
    ),
    noted as (
        insert into lot_movements (transfer_id, lot_id, amount) select id, lot_id, -points from taken
    )
    update point_lots as l
    set remaining = l.remaining - t.points
    from (select lot_id, sum(points) as points from taken group by lot_id) as t
    where l.transfer_id = t.lot_id;
end
$$;
comment on function take_from_lots(uuid[]) is
    'Takes the debits of these transfers from the lots of the members, earliest first. Part of the trigger that '
    'keeps the lots.';
revoke execute on function take_from_lots(uuid[]) from public;

create trigger keep_lots after insert on point_transfers
    referencing new table as booked for each statement execute function keep_lots();

-- ------------------------------------------------------------------------------------------------------------- rights

grant select on point_lots, lot_movements to fitburn_app;
