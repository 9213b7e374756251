"""Queries on partners' keys and members' sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from fitburn import notifications
from fitburn.database import Row
from fitburn.tables import api_keys, sessions, users


def find_key(connection: Connection, key_hash: bytes) -> Row | None:
    """id, club_id, name and scopes of a key that is not revoked."""
    query = select(api_keys.c.id, api_keys.c.club_id, api_keys.c.name, api_keys.c.scopes)
    query = query.where(api_keys.c.key_hash == key_hash, api_keys.c.revoked_at.is_(None))
    return connection.execute(query).one_or_none()


def add_key(connection: Connection, club_id: UUID, name: str, key_hash: bytes, scopes: list[str]) -> UUID:
    statement = insert(api_keys).values(club_id=club_id, name=name, key_hash=key_hash, scopes=scopes)
    key_id: UUID = connection.execute(statement.returning(api_keys.c.id)).scalar_one()
    return key_id


def revoke_key(connection: Connection, key_id: UUID) -> bool:
    """Revoke a key and notify every API process, so that its cache drops the key. False if no valid key has this id."""
    statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    revoked = connection.execute(statement.values(revoked_at=func.now())).rowcount == 1
    connection.exec_driver_sql(f"notify {notifications.ACCESS}")
    return revoked


def add_session(
    connection: Connection, token_hash: bytes, member_id: UUID, expires_at: datetime, renewable_until: datetime
) -> None:
    """Open a session, and delete the member's expired ones."""
    connection.execute(delete(sessions).where(sessions.c.member_id == member_id, sessions.c.expires_at < func.now()))
    values = {"member_id": member_id, "expires_at": expires_at, "renewable_until": renewable_until}
    connection.execute(insert(sessions).values(token_hash=token_hash, **values))


def renew_session(connection: Connection, token_hash: bytes, requested_expiry: datetime) -> Row | None:
    """Prolong a valid session until `requested_expiry`, but never beyond renewable_until.

    Returns expires_at and renewable_until; None for an invalid session.
    """
    later = func.greatest(sessions.c.expires_at, func.least(requested_expiry, sessions.c.renewable_until))
    statement = update(sessions).where(
        sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None), sessions.c.expires_at > func.now()
    )
    changed = statement.values(expires_at=later).returning(sessions.c.expires_at, sessions.c.renewable_until)
    return connection.execute(changed).one_or_none()


def find_session(connection: Connection, token_hash: bytes) -> Row | None:
    """member_id, user_id, club_id and role of a session that is neither expired nor revoked."""
    query = (
        select(users.c.id.label("member_id"), users.c.user_id, users.c.club_id, users.c.role)
        .select_from(sessions.join(users, users.c.id == sessions.c.member_id))
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > func.now(),
        )
    )
    return connection.execute(query).one_or_none()


def revoke_session(connection: Connection, token_hash: bytes) -> None:
    statement = update(sessions).where(sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None))
    connection.execute(statement.values(revoked_at=func.now()))


def revoke_sessions(connection: Connection, member_id: UUID, *, keep: bytes | None = None) -> None:
    """Revoke all sessions of a member, except the one to `keep`."""
    statement = update(sessions).where(sessions.c.member_id == member_id, sessions.c.revoked_at.is_(None))
    if keep is not None:
        statement = statement.where(sessions.c.token_hash != keep)
    connection.execute(statement.values(revoked_at=func.now()))
