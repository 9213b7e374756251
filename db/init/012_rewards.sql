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
comment on table rewards is 'One row per reward that members of a club can redeem.';
comment on column rewards.id is 'UUIDv7.';
comment on column rewards.club_id is 'The club that offers it.';
comment on column rewards.title_ru is 'Title in Russian.';
comment on column rewards.title_en is 'Title in English.';
comment on column rewards.description_ru is 'Description in Russian; null: none.';
comment on column rewards.description_en is 'Description in English; null: none.';
comment on column rewards.picture_url is 'Address of a picture; null: none.';
comment on column rewards.cost is 'Price in points.';
comment on column rewards.stock is
    'Items that can still be redeemed, held redemptions already deducted; null: unlimited.';
comment on column rewards.per_member_limit is 'Most items per member, held and handed over together; null: unlimited.';
comment on column rewards.valid_from is 'Start of redemption; null: no start.';
comment on column rewards.valid_to is 'End of redemption; null: no end.';
comment on column rewards.active is 'False: hidden from members and not redeemable. Rewards are never removed.';
comment on column rewards.created_at is 'When it was created.';

grant select, insert, update on rewards to fitburn_app;
