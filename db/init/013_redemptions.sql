-- Redemptions: what members spend points on. A redemption is held (the points leave the spendable balance, the stock
-- decreases) until it is closed once: handed over, cancelled, or expired after 72 hours.
--
--     held ──> fulfilled                 points: held to redeemed
--          └─> cancelled | expired       points: back into the same lots; stock: back
--
-- Every transaction locks in one order: member, reward, accounts. Only the functions here write redemptions.

create table redemptions (
    id              uuid        primary key default uuidv7(),
    club_id         uuid        not null references clubs,
    member_id       uuid        not null references users,
    reward_id       uuid        not null references rewards,
    cost            integer     not null check (cost > 0),
    status          text        not null default 'held' check (status in ('held', 'fulfilled', 'cancelled', 'expired')),
    code            text        not null check (code ~ '^[0-9A-HJKMNP-TV-Z]{6}$'),
    idempotency_key text,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz not null default now() + interval '72 hours',
    closed_at       timestamptz,
    check ((status = 'held') = (closed_at is null))
);
create index redemptions_club on redemptions (club_id, id);
create index redemptions_held on redemptions (club_id, id) where status = 'held';
create index redemptions_expiring on redemptions (expires_at) where status = 'held';
create index redemptions_member on redemptions (member_id, id);
create index redemptions_reward on redemptions (reward_id, member_id);
create unique index redemptions_code on redemptions (club_id, code) where status = 'held';
create unique index redemptions_idempotency_key on redemptions (member_id, idempotency_key)
    where idempotency_key is not null;
comment on table redemptions is 'One row per reward that a member has redeemed, with its outcome.';
comment on column redemptions.id is 'UUIDv7; the source_id of its transfers.';
comment on column redemptions.club_id is 'The club of the member and of the reward.';
comment on column redemptions.member_id is 'users.id of the member.';
comment on column redemptions.reward_id is 'rewards.id of the reward.';
comment on column redemptions.cost is 'Points paid; later changes of rewards.cost do not affect it.';
comment on column redemptions.status is
    'held: the points are set aside; then once fulfilled (handed over), cancelled or expired (both: points and stock '
    'are returned).';
comment on column redemptions.code is
    'Code that the desk types in: six characters of Crockford''s base 32, unique among the held redemptions of the '
    'club.';
comment on column redemptions.idempotency_key is 'Key of the member''s request; null when none was sent.';
comment on column redemptions.created_at is 'When it was redeemed.';
comment on column redemptions.expires_at is 'Until when it can be handed over.';
comment on column redemptions.closed_at is 'When it left held; null while it is held.';

create or replace function new_redemption_code() returns text language sql volatile as $$
    -- The first six bytes of a version 4 UUID are random, and 256 is a multiple of 32.
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(bytes, n) % 32, 1), '')
    from (select uuid_send(gen_random_uuid()) as bytes) as random
    cross join generate_series(0, 5) as n
$$;
comment on function new_redemption_code() is
    'Six random characters of Crockford''s base 32, which omits I, L, O and U.';

create or replace function why_not_redeemable(reward rewards, member uuid, balance bigint) returns text
language sql stable as $$
    select case
        when not reward.active or now() < reward.valid_from or now() >= reward.valid_to then 'not_available'
        when reward.stock = 0 then 'out_of_stock'
        when reward.per_member_limit <= (
            select count(*) from redemptions as r
            where r.reward_id = reward.id and r.member_id = member and r.status in ('held', 'fulfilled')
        ) then 'limit_reached'
        when balance < reward.cost then 'insufficient_points'
    end
$$;
comment on function why_not_redeemable(rewards, uuid, bigint) is
    'Why a member with this balance cannot redeem the reward now: not_available, out_of_stock, limit_reached or '
    'insufficient_points; null: they can.';

create or replace function redeem(member uuid, reward uuid, key text) returns table (outcome text, redemption_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    owner record;
    wanted rewards;
    earlier redemptions;
    made uuid;
begin
    -- Serialise the member's requests: the rest of the function sees the results of all earlier ones.
    select u.club_id into owner from users as u where u.id = member for no key update;
    select * into earlier from redemptions as r where r.member_id = member and r.idempotency_key = key;
    if found then
        return query select case when earlier.reward_id = reward then 'replayed' else 'mismatch' end, earlier.id;
        return;
    end if;
    -- Competitors for the last item of a popular reward wait here, and then see the remaining stock.
    select * into wanted from rewards as r where r.id = reward and r.club_id = owner.club_id for no key update;
    if not found then
        return query select 'not_found', null::uuid;
        return;
    end if;
    outcome := why_not_redeemable(wanted, member, (
        select a.balance from point_accounts as a where a.member_id = member and a.kind = 'member'
    ));
    if outcome is not null then
        return next;
        return;
    end if;
    update rewards set stock = stock - 1 where id = reward and stock is not null;
    insert into point_accounts (club_id, member_id, kind) values (owner.club_id, member, 'held') on conflict do nothing;
    loop
        insert into redemptions (club_id, member_id, reward_id, cost, code, idempotency_key)
        values (owner.club_id, member, reward, wanted.cost, new_redemption_code(), key)
        on conflict (club_id, code) where status = 'held' do nothing
        returning id into made;
        exit when made is not null;
    end loop;
    perform book_transfer('redemption_held', made, member, wanted.cost);
    return query select 'held', made;
end
$$;
comment on function redeem(uuid, uuid, text) is
    'Sets points aside for a reward. Returns the outcome with the redemption: held; replayed (the key was used for '
    'the same reward), mismatch (for another one); or the reason of a refusal without a redemption: not_found, '
    'not_available, out_of_stock, limit_reached, insufficient_points.';

create or replace function close_redemptions(wanted uuid[], outcome text, actor text, why text, key text)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    closed_cnt integer;
    transfers new_transfer[];
begin
    perform 1 from users
    where id in (select r.member_id from redemptions as r where r.id = any (wanted))
    order by id
    for no key update;
    perform 1 from rewards
    where id in (select r.reward_id from redemptions as r where r.id = any (wanted)) and stock is not null
    order by id
    for no key update;
    with closed as (
        update redemptions as r
        set status = outcome, closed_at = clock_timestamp()
        -- An overdue redemption is not handed over, even before it is marked as expired.
        where
            r.id = any (wanted) and r.status = 'held'
            and case outcome
                when 'fulfilled' then r.expires_at > now()
                when 'expired' then r.expires_at <= now()
                else true
            end
        returning r.id, r.club_id, r.member_id, r.reward_id, r.cost
    ),
    restocked as (
        update rewards as r
        set stock = r.stock + c.cnt
        from (select reward_id, count(*) as cnt from closed group by reward_id) as c
        where r.id = c.reward_id and r.stock is not null and outcome <> 'fulfilled'
    ),
    noted as (
        insert into audit_log (club_id, actor, action, subject_id, reason, details, idempotency_key)
        select c.club_id, actor, 'redemption.' || outcome, c.id, why, jsonb_build_object('points', c.cost), key
        from closed as c
    )
    select count(*), array_agg(('redemption_' || outcome, c.id, c.member_id, c.cost)::new_transfer)
        into closed_cnt, transfers
    from closed as c;
    perform book_transfers(transfers);
    return closed_cnt;
end
$$;
comment on function close_redemptions(uuid[], text, text, text, text) is
    'Closes those of the redemptions that are held with an outcome (fulfilled: only in time; expired: only when '
    'overdue; cancelled), including their points, stock and audit_log entries; returns their number. The entries '
    'carry the actor with their reason and idempotency key.';

create or replace function expire_redemptions() returns integer language plpgsql
security definer set search_path = public, pg_temp set plan_cache_mode to force_custom_plan as $$
begin
    perform pg_advisory_xact_lock(hashtext('fitburn.expire_redemptions'));
    return close_redemptions(
        array(select id from redemptions where status = 'held' and expires_at <= now() order by id),
        'expired', 'system:expire_redemptions', null, null
    );
end
$$;
comment on function expire_redemptions() is
    'Expires overdue redemptions, which returns their points and stock; returns their number. Idempotent.';

-- ------------------------------------------------------------------------------------------------------------- rights

revoke execute on function redeem(uuid, uuid, text), close_redemptions(uuid[], text, text, text, text),
    expire_redemptions() from public;
grant execute on function redeem(uuid, uuid, text), close_redemptions(uuid[], text, text, text, text),
    expire_redemptions() to fitburn_app;
grant select on redemptions to fitburn_app;
