"""Queries on partners' keys and members' sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from fitburn import notifications
from fitburn.database import Row
from fitburn.tables import api_keys, sessions, users


def find_key(connection: Connection, key_hash: bytes) -> Row | None:
    """id, club_id, name and scopes of a key that works."""
    query = select(api_keys.c.id, api_keys.c.club_id, api_keys.c.name, api_keys.c.scopes)
    query = query.where(api_keys.c.key_hash == key_hash, api_keys.c.revoked_at.is_(None))
    return connection.execute(query).one_or_none()


def add_key(connection: Connection, club_id: UUID, name: str, key_hash: bytes, scopes: list[str]) -> UUID:
    statement = insert(api_keys).values(club_id=club_id, name=name, key_hash=key_hash, scopes=scopes)
    key_id: UUID = connection.execute(statement.returning(api_keys.c.id)).scalar_one()
    return key_id


def revoke_key(connection: Connection, key_id: UUID) -> bool:
    """Whether there was such a key that worked; every API process forgets it at once."""
    statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    revoked = connection.execute(statement.values(revoked_at=func.now())).rowcount == 1
    connection.exec_driver_sql(f"notify {notifications.ACCESS}")
    return revoked


def add_session(
    connection: Connection, token_hash: bytes, member_id: UUID, expires_at: datetime, renewable_until: datetime
) -> None:
    """Open a session, and drop those of the member that ended by themselves."""
    connection.execute(delete(sessions).where(sessions.c.member_id == member_id, sessions.c.expires_at < func.now()))
    values = {"member_id": member_id, "expires_at": expires_at, "renewable_until": renewable_until}
    connection.execute(insert(sessions).values(token_hash=token_hash, **values))


def renew_session(connection: Connection, token_hash: bytes, wished: datetime) -> Row | None:
    """expires_at and renewable_until of a good session, prolonged to the `wished` moment as far as it may be."""
    later = func.greatest(sessions.c.expires_at, func.least(wished, sessions.c.renewable_until))
    statement = update(sessions).where(
        sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None), sessions.c.expires_at > func.now()
    )
    changed = statement.values(expires_at=later).returning(sessions.c.expires_at, sessions.c.renewable_until)
    return connection.execute(changed).one_or_none()


def find_session(connection: Connection, token_hash: bytes) -> Row | None:
    """member_id, user_id, club_id and role behind a session that is good."""
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


def revoke_sessions(connection: Connection, member_id: UUID, but: bytes | None = None) -> None:
    """End all sessions of a member, but for one if given."""
    statement = update(sessions).where(sessions.c.member_id == member_id, sessions.c.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(sessions.c.token_hash != but)
    connection.execute(statement.values(revoked_at=func.now()))
