-- Points: accounts, transfers between them, and the balances that follow.

create table point_accounts (
    id         uuid        primary key default uuidv7(),
    club_id    uuid        not null references clubs,
    member_id  uuid        references users,
    kind       text        not null
               check (kind in ('issued', 'member', 'held', 'redeemed', 'expired', 'adjusted')),
    balance    bigint      not null default 0,
    created_at timestamptz not null default now(),
    unique nulls not distinct (club_id, member_id, kind),
    check ((kind in ('member', 'held')) = (member_id is not null))
) with (fillfactor = 80);
create index point_accounts_member on point_accounts (member_id);
comment on table point_accounts is
    'One row per account that holds points. A balance is always the sum of the account''s transfers; the balances of '
    'a club sum to 0.';
comment on column point_accounts.id is 'UUIDv7.';
comment on column point_accounts.club_id is 'The club whose points these are.';
comment on column point_accounts.member_id is 'users.id of the owner; null for an account of the club.';
comment on column point_accounts.kind is
    'member: points that a member can spend (below 0: owes); held: points of open redemptions, opened by the first '
    'one. Accounts of the club: issued (source of awards; its balance is minus the points issued), redeemed (handed '
    'over), expired, adjusted (manual corrections in either direction).';
comment on column point_accounts.balance is
    'Sum of incoming minus sum of outgoing transfers; only a trigger can change it.';
comment on column point_accounts.created_at is 'When the account was opened.';

create table point_transfers (
    id           uuid        primary key default uuidv7(),
    kind         text        not null check (kind in (
        'workout_award', 'workout_reversal', 'challenge_bonus', 'redemption_held', 'redemption_fulfilled',
        'redemption_cancelled', 'redemption_expired', 'points_expired', 'adjustment'
    )),
    source_id    uuid        not null,
    from_account uuid        not null references point_accounts,
    to_account   uuid        not null references point_accounts,
    amount       integer     not null check (amount > 0),
    created_at   timestamptz not null default now(),
    unique (kind, source_id),
    check (from_account <> to_account)
);
create index point_transfers_to on point_transfers (to_account, id);
create index point_transfers_from on point_transfers (from_account, id);
comment on table point_transfers is
    'One row per movement of points between two accounts. Append-only; book_transfers writes it.';
comment on column point_transfers.id is 'UUIDv7.';
comment on column point_transfers.kind is 'What happened; transfer_kinds has the accounts of each kind.';
comment on column point_transfers.source_id is
    'Cause of the transfer: the workout, the completion of a challenge, the redemption, the audit_log entry of an '
    'adjustment; for points_expired a UUID derived from account and day. Each kind is booked once per source.';
comment on column point_transfers.from_account is 'Account that is debited.';
comment on column point_transfers.to_account is 'Account that is credited.';
comment on column point_transfers.amount is 'Whole points, more than 0.';
comment on column point_transfers.created_at is 'When it was booked.';

-- ------------------------------------------------------------------------------------------------------ open accounts

create or replace function open_club_accounts() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into point_accounts (club_id, kind)
    select id, kind from opened cross join unnest(array['issued', 'redeemed', 'expired', 'adjusted']) as kind;
    return null;
end
$$;
comment on function open_club_accounts() is 'Opens the accounts of new clubs.';
create trigger open_club_accounts after insert on clubs
    referencing new table as opened for each statement execute function open_club_accounts();

create or replace function open_member_account() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into point_accounts (club_id, member_id, kind) select club_id, id, 'member' from opened;
    return null;
end
$$;
comment on function open_member_account() is 'Opens the account of new members.';
create trigger open_member_account after insert on users
    referencing new table as opened for each statement execute function open_member_account();

-- --------------------------------------------------------------------------------------------------------------- book

create or replace view transfer_kinds (kind, sign, giver, taker) as
values
    ('workout_award', 1, 'issued', 'member'),
    ('workout_reversal', 1, 'member', 'issued'),
    ('challenge_bonus', 1, 'issued', 'member'),
    ('redemption_held', 1, 'member', 'held'),
    ('redemption_fulfilled', 1, 'held', 'redeemed'),
    ('redemption_cancelled', 1, 'held', 'member'),
    ('redemption_expired', 1, 'held', 'member'),
    ('points_expired', 1, 'member', 'expired'),
    ('adjustment', 1, 'adjusted', 'member'),
    ('adjustment', -1, 'member', 'adjusted');
comment on view transfer_kinds is 'One row per kind of transfer and sign of its amount: the kinds of the two accounts.';
comment on column transfer_kinds.kind is 'point_transfers.kind.';
comment on column transfer_kinds.sign is 'Sign of new_transfer.amount: -1 only for adjustments that take points.';
comment on column transfer_kinds.giver is 'point_accounts.kind of the account that is debited.';
comment on column transfer_kinds.taker is 'point_accounts.kind of the account that is credited.';

create type new_transfer as (kind text, source_id uuid, member_id uuid, amount integer);
comment on type new_transfer is 'A transfer to book: its kind, source and member determine both accounts.';

-- The left joins make a transfer without an account fail on the not-null constraints instead of vanishing. The plan is
-- cached and follows indexes, because every batch of workouts passes here.
create or replace function book_transfers(transfers new_transfer[]) returns setof point_transfers language plpgsql
security definer set search_path = public, pg_temp
set plan_cache_mode to force_generic_plan set enable_seqscan to off as $$
begin
    return query
    insert into point_transfers as booked (kind, source_id, from_account, to_account, amount)
    select
        t.kind, t.source_id,
        case k.giver when 'member' then own.id when 'held' then held.id else club.id end,
        case k.taker when 'member' then own.id when 'held' then held.id else club.id end,
        abs(t.amount)
    from unnest(transfers) as t
    left join lateral (
        select giver, taker from transfer_kinds where kind = t.kind and (sign < 0) = (t.amount < 0) limit 1
    ) as k on true
    left join point_accounts as own on own.member_id = t.member_id and own.kind = 'member'
    left join point_accounts as held
        on held.member_id = case when 'held' in (k.giver, k.taker) then t.member_id end and held.kind = 'held'
    left join point_accounts as club
        on club.club_id = own.club_id and club.member_id is null and club.kind in (k.giver, k.taker)
    on conflict (kind, source_id) do nothing
    returning booked.*;
end
$$;
comment on function book_transfers(new_transfer[]) is
    'Books transfers in one statement; returns those that were new: a source is booked once per kind. Amounts are '
    'above 0, except for adjustments that take points. The caller has locked the members (users, in the order of '
    'ids) and books everything that its transaction books with one call.';

create or replace function book_transfer(kind text, source_id uuid, member_id uuid, amount integer) returns void
language sql as $$
    select book_transfers(array[(kind, source_id, member_id, amount)::new_transfer])
$$;
comment on function book_transfer(text, uuid, uuid, integer) is 'Books one transfer; see book_transfers.';

-- Statement level: a batch of awards costs one update. Accounts are locked in the order of their ids, since a batch may
-- concern several clubs. The caller has locked the members of the batch, so two batches wait for each other only here,
-- at the end, where nothing remains to be locked: a transaction books all its transfers in one statement.
create or replace function keep_balances() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    perform 1
    from point_accounts
    where id in (select from_account from booked union select to_account from booked)
    order by id
    for no key update;

    with moves as (
        select from_account as account, -amount as points from booked
        union all
        select to_account, amount from booked
    ),
    totals as (
        select account, sum(points) as points from moves group by account
    )
    update point_accounts as a
    set balance = a.balance + t.points
    from totals as t
    where a.id = t.account;
    return null;
end
$$;
comment on function keep_balances() is 'Keeps point_accounts.balance equal to the sum of the transfers.';
create trigger keep_balances after insert on point_transfers
    referencing new table as booked for each statement execute function keep_balances();

-- ------------------------------------------------------------------------------------------------------------- rights

revoke execute on function book_transfers(new_transfer[]) from public;
grant execute on function book_transfers(new_transfer[]) to fitburn_app;
grant select on point_accounts, point_transfers to fitburn_app;

-- After the triggers that open its accounts.
insert into clubs (slug, name) values ('main', 'Main club');
