-- Access: keys of partners and log-in sessions.

create table api_keys (
    id         uuid        primary key default uuidv7(),
    club_id    uuid        not null references clubs,
    name       text        not null check (name <> ''),
    key_hash   bytea       not null unique,
    scopes     text[]      not null
               check (scopes <> '{}' and scopes <@ array['workouts:write', 'workouts:read', 'stats:read']),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
comment on table api_keys is 'One row per key of a partner. The key itself is shown once and not stored.';
comment on column api_keys.id is 'UUIDv7; identifies the key when it is revoked.';
comment on column api_keys.club_id is 'The only club that the key can access.';
comment on column api_keys.name is
    'The partner. Keys of one partner share their idempotency keys, so that a key can be replaced.';
comment on column api_keys.key_hash is 'SHA-256 of the key.';
comment on column api_keys.scopes is 'Permissions of the key: workouts:write, workouts:read, stats:read.';
comment on column api_keys.created_at is 'When the key was created.';
comment on column api_keys.revoked_at is 'When it was revoked; null while it is valid.';

create table sessions (
    token_hash      bytea       primary key,
    member_id       uuid        not null references users,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz not null,
    renewable_until timestamptz not null default now(),
    revoked_at      timestamptz
);
create index sessions_member on sessions (member_id);
create index sessions_expiry on sessions (expires_at);
comment on table sessions is 'One row per log-in. A token is valid while its session is.';
comment on column sessions.token_hash is 'SHA-256 of the random session name inside the signed token.';
comment on column sessions.member_id is 'users.id of the member who logged in.';
comment on column sessions.created_at is 'When the member logged in.';
comment on column sessions.expires_at is 'When the token expires unless it is renewed before.';
comment on column sessions.renewable_until is
    'Until when the session can be renewed; then the password is needed again.';
comment on column sessions.revoked_at is
    'When it was ended by logging out, or by changing the password in another session. Null otherwise.';

-- ------------------------------------------------------------------------------------------------------------- rights

grant select, insert on api_keys to fitburn_app;
grant update (revoked_at) on api_keys to fitburn_app;
grant select, insert, update, delete on sessions to fitburn_app;
