-- Rewards: what members of a club can spend points on.

create table rewards (
    id               uuid        primary key default uuidv7(),
    club_id          uuid        not null references clubs,
    title_ru         text        not null check (title_ru <> ''),
    title_en         text        not null check (title_en <> ''),
    description_ru   text,
    description_en   text,
    picture_url      text,
    cost             integer     not null check (cost > 0),
    stock            integer     check (stock >= 0),
    per_member_limit integer     check (per_member_limit > 0),
    valid_from       timestamptz,
    valid_to         timestamptz,
    active           boolean     not null default true,
    created_at       timestamptz not null default now(),
    check (valid_from < valid_to)
);
create index rewards_club on rewards (club_id, id);
comment on table rewards is 'One row per thing that members of a club can spend points on.';
comment on column rewards.id is 'UUIDv7.';
comment on column rewards.club_id is 'The club that gives it.';
comment on column rewards.title_ru is 'Title in Russian.';
comment on column rewards.title_en is 'Title in English.';
comment on column rewards.description_ru is 'More about it in Russian; null: nothing.';
comment on column rewards.description_en is 'More about it in English; null: nothing.';
comment on column rewards.picture_url is 'Address of a picture; null: none.';
comment on column rewards.cost is 'Points that one costs.';
comment on column rewards.stock is
    'How many are left to redeem, those that are held already taken off; null: any number.';
comment on column rewards.per_member_limit is
    'How many a member can have, held and handed over together; null: any number.';
comment on column rewards.valid_from is 'From when on it can be redeemed; null: at once.';
comment on column rewards.valid_to is 'When it cannot be redeemed any more; null: never.';
comment on column rewards.active is 'False: hidden from members and not to be redeemed. Rewards are never removed.';
comment on column rewards.created_at is 'When it was set up.';

grant select, insert, update on rewards to fitburn_app;
