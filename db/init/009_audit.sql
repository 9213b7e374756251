-- The audit log: who did what. Its rows, like transfers, can never be changed.

create table audit_log (
    id              uuid        primary key default uuidv7(),
    club_id         uuid        not null references clubs,
    actor           text        not null check (actor ~ '^(member|partner|system):.'),
    action          text        not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_id      uuid        not null,
    reason          text        check (reason <> ''),
    details         jsonb       not null default '{}',
    idempotency_key text,
    request_hash    bytea,
    created_at      timestamptz not null default now()
);
create index audit_log_page on audit_log (club_id, id);
create index audit_log_subject on audit_log (subject_id, id);
create unique index audit_log_idempotency_key on audit_log (club_id, actor, idempotency_key)
    where idempotency_key is not null;
comment on table audit_log is
    'One row per change of points, rewards, reviews, challenges or weekly targets, written in the transaction that '
    'made the change. Append-only.';
comment on column audit_log.id is 'UUIDv7; sorts in the order of writing.';
comment on column audit_log.club_id is 'The club it happened in.';
comment on column audit_log.actor is
    'Author of the change: member:<users.id> (operators are members too), partner:<name of the key>, or system:<name '
    'of the job>.';
comment on column audit_log.action is
    'Kind of change, as noun.verb: reward.changed, workout.rejected, points.adjusted, challenge.created, '
    'weekly_target.set …';
comment on column audit_log.subject_id is
    'Object of the change: the id of the reward, redemption, workout or challenge; users.id for points; clubs.id for '
    'changes of the whole club, such as its weekly target.';
comment on column audit_log.reason is 'Reason in the actor''s words; null for actions that need none.';
comment on column audit_log.details is 'The values that were sent or changed. Never personal data.';
comment on column audit_log.idempotency_key is 'Key of the request: a replay under the same key changes nothing.';
comment on column audit_log.request_hash is
    'SHA-256 of the request''s body; distinguishes a replay from a reuse of the key. Null where the other columns '
    'suffice.';
comment on column audit_log.created_at is 'When the change was made (UTC).';

-- Rights keep the services from changing these rows; the triggers stop the owner as well. Erasing a person needs no
-- exception: these tables hold only users.id; all personal data is in users.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name
        using errcode = 'insufficient_privilege', hint = 'Correct it by adding what corrects it; see docs/ledger.md.';
end
$$;
comment on function refuse_change() is 'Refuses to change or remove rows of an append-only table.';

create trigger only_added before update or delete or truncate on audit_log
    for each statement execute function refuse_change();
create trigger only_added before update or delete or truncate on point_transfers
    for each statement execute function refuse_change();

grant select, insert on audit_log to fitburn_app;
