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
comment on table point_accounts is 'One row per place where points can be. Its balance is always the sum of its transfers; all balances of a club sum to 0.';
comment on column point_accounts.id is 'UUIDv7.';
comment on column point_accounts.club_id is 'The club whose points these are.';
comment on column point_accounts.member_id is 'users.id of the owner; null for the club''s own account.';
comment on column point_accounts.kind is 'member: what a member can spend (less than 0: owes); held: what a member has put into redemptions that are under way, opened by the first. Of the club: issued (awards come from it: its balance is minus what was issued), redeemed (handed over), expired, adjusted (corrections by hand, either way).';
comment on column point_accounts.balance is 'Sum of the transfers in minus the sum of the transfers out; kept by a trigger, nothing else can change it.';
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
comment on table point_transfers is 'One row per movement of points between two accounts. Rows are only ever added.';
comment on column point_transfers.id is 'UUIDv7.';
comment on column point_transfers.kind is 'What happened: workout_award and challenge_bonus (issued to member), workout_reversal (member to issued), redemption_held (member to held), redemption_fulfilled (held to redeemed), redemption_cancelled and redemption_expired (held to member), points_expired (member to expired), adjustment (adjusted to member, or back).';
comment on column point_transfers.source_id is 'What it happened for: the workout, the completion of a challenge, the redemption, the entry in audit_log of an adjustment; for points_expired a name made of account and day. A kind happens once for a source.';
comment on column point_transfers.from_account is 'Account that gives.';
comment on column point_transfers.to_account is 'Account that receives.';
comment on column point_transfers.amount is 'Whole points, more than 0.';
comment on column point_transfers.created_at is 'When it was booked.';

create or replace function open_club_accounts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into point_accounts (club_id, kind)
    select id, kind from opened cross join unnest(array['issued', 'redeemed', 'expired', 'adjusted']) as kind;
    return null;
end
$$;
comment on function open_club_accounts() is 'Gives every new club the accounts that points come from and go to.';
create trigger open_club_accounts after insert on clubs
    referencing new table as opened for each statement execute function open_club_accounts();

create or replace function open_member_account() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into point_accounts (club_id, member_id, kind) select club_id, id, 'member' from opened;
    return null;
end
$$;
comment on function open_member_account() is 'Gives every new member an account.';
create trigger open_member_account after insert on users
    referencing new table as opened for each statement execute function open_member_account();

-- Statement level: a batch of awards costs one update. Accounts are locked in one order, since a batch may concern several
-- clubs. The members of a batch are locked before by whoever books, so that two batches wait for each other only here,
-- at the end, where nothing is left to lock: a transaction books all its transfers in one statement.
create or replace function keep_balances() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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

-- ------------------------------------------------------------------------------------------------------------ rights

grant select on point_accounts to fitburn_app;
grant select, insert on point_transfers to fitburn_app;

-- Comes after the triggers that open the accounts of a new club.
insert into clubs (slug, name) values ('main', 'Main club');
