"""Queries on the audit log. Each operator action is recorded in the transaction that performs it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.access.caller import Caller
from app.http.errors import IdempotencyMismatchError
from fitburn.audit import Action
from fitburn.database import Rows

FIND = text("""
select id, action, subject_id, reason, encode(request_hash, 'hex') as request_hash
from audit_log
where club_id = :club_id and actor = :actor and idempotency_key = :key
""")

INSERT = text("""
insert into audit_log (club_id, actor, action, subject_id, reason, details, idempotency_key, request_hash)
values (
    :club_id, :actor, :action, coalesce(:subject_id, uuidv7()), :reason, cast(:details as jsonb), :key,
    decode(:request_hash, 'hex')
)
on conflict (club_id, actor, idempotency_key) where idempotency_key is not null do nothing
returning id, subject_id
""")

READ = text("""
select
    a.id as entry_id, a.actor, u.user_id as actor_user_id, u.display_name as actor_name, a.action, a.subject_id,
    a.reason, a.details, a.created_at
from audit_log as a
left join users as u on u.id = case when a.actor like 'member:%' then cast(substr(a.actor, 8) as uuid) end
where
    a.club_id = :club_id
    and (cast(:subject_id as uuid) is null or a.subject_id = :subject_id)
    and (cast(:action as text) is null or a.action = :action)
    and (cast(:before as uuid) is null or a.id < :before)
order by a.id desc
limit :limit
""")


class Entry(NamedTuple):
    """A recorded action. `replayed`: an earlier try of the same request recorded it."""

    id: UUID
    subject_id: UUID
    replayed: bool


def find_entry(
    connection: Connection,
    caller: Caller,
    key: str | None,
    *,
    action: Action,
    subject_id: UUID | None,
    reason: str | None = None,
    request_hash: str | None = None,
) -> Entry | None:
    """The entry of an earlier try of this request. `subject_id` is None if the request creates or looks up the subject.

    Raises IdempotencyMismatchError if the key was used for another request.
    """
    if key is None:
        return None
    values = {"club_id": caller.club_id, "actor": caller.source, "key": key}
    row = connection.execute(FIND, values).one_or_none()
    if row is None:
        return None
    is_same_request = (row.action, row.reason, row.request_hash) == (action, reason, request_hash)
    if not is_same_request or subject_id not in (None, row.subject_id):
        raise IdempotencyMismatchError
    return Entry(row.id, row.subject_id, replayed=True)


def record(
    connection: Connection,
    caller: Caller,
    action: Action,
    *,
    subject_id: UUID | None,
    details: Mapping[str, Any],
    key: str | None,
    reason: str | None = None,
    request_hash: str | None = None,
) -> Entry:
    """Record an action of the caller. Without a `subject_id`, a new id is generated.

    With a key, only once: a second try waits here for the commit of the first, then returns its entry as replayed.
    Raises IdempotencyMismatchError as `find_entry` does.
    """
    values = {
        "club_id": caller.club_id,
        "actor": caller.source,
        "action": action,
        "subject_id": subject_id,
        "reason": reason,
        "details": orjson.dumps(details).decode(),
        "key": key,
        "request_hash": request_hash,
    }
    row = connection.execute(INSERT, values).one_or_none()
    if row is not None:
        return Entry(row.id, row.subject_id, replayed=False)
    earlier = find_entry(
        connection, caller, key, action=action, subject_id=subject_id, reason=reason, request_hash=request_hash
    )
    assert earlier is not None, "the conflicting entry has this key, and entries are never deleted"
    return earlier


def read_entries(
    connection: Connection,
    club_id: UUID,
    *,
    subject_id: UUID | None,
    action: str | None,
    before: UUID | None,
    limit: int,
) -> Rows:
    """Entries of the club, latest first; `before` is the id of the previous page's last entry."""
    values = {"club_id": club_id, "subject_id": subject_id, "action": action, "before": before, "limit": limit}
    return connection.execute(READ, values).all()
