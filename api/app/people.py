"""Queries on clubs, members, keys and sessions: who may come in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Date, Row, cast, delete, func, insert, select, update

from fitburn import notifications
from fitburn.tables import api_keys, clubs, sessions, users

AnyRow = Row[*tuple[Any, ...]]

PROFILE_COLUMNS = (
    users.c.user_id,
    clubs.c.slug.label("club"),
    users.c.email,
    users.c.display_name,
    users.c.role,
    users.c.gender,
    users.c.birth_year,
    users.c.height_cm,
    users.c.weight_kg,
    users.c.leaderboard_opt_out,
    users.c.language,
    users.c.units,
)
_MEMBERS = users.join(clubs, clubs.c.id == users.c.club_id)


# ------------------------------------------------------------------------------------------------------------ keys


def find_key(connection: Connection, key_hash: bytes) -> AnyRow | None:
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


# -------------------------------------------------------------------------------------------------- clubs, members


def find_club_id(connection: Connection, slug: str) -> UUID | None:
    return connection.execute(select(clubs.c.id).where(clubs.c.slug == slug)).scalar_one_or_none()


def club_today(connection: Connection, club_id: str) -> date:
    """The day that it is in the club's time zone."""
    query = select(cast(func.timezone(clubs.c.time_zone, func.now()), Date)).where(clubs.c.id == UUID(club_id))
    today: date = connection.execute(query).scalar_one()
    return today


def find_login(connection: Connection, club: str, email: str) -> AnyRow | None:
    """id, user_id and password_hash of whoever logs in with this address."""
    query = select(users.c.id, users.c.user_id, users.c.password_hash).select_from(_MEMBERS)
    query = query.where(clubs.c.slug == club, func.lower(users.c.email) == email.lower())
    return connection.execute(query).one_or_none()


def add_member(connection: Connection, values: dict[str, Any]) -> AnyRow:
    """id and user_id of a new member. Raises IntegrityError when the address is taken in the club."""
    return connection.execute(insert(users).values(values).returning(users.c.id, users.c.user_id)).one()


def read_profile(connection: Connection, member_id: UUID) -> AnyRow:
    return connection.execute(select(*PROFILE_COLUMNS).select_from(_MEMBERS).where(users.c.id == member_id)).one()


def change_profile(connection: Connection, member_id: UUID, values: dict[str, Any]) -> None:
    if values:
        connection.execute(update(users).where(users.c.id == member_id).values(values))


def find_password(connection: Connection, member_id: UUID) -> str | None:
    """The hash of the member's password."""
    query = select(users.c.password_hash).where(users.c.id == member_id)
    password_hash: str | None = connection.execute(query).scalar_one()
    return password_hash


def change_password(connection: Connection, member_id: UUID, old_hash: str, new_hash: str) -> bool:
    """Whether the password was still the old one."""
    statement = update(users).where(users.c.id == member_id, users.c.password_hash == old_hash)
    return connection.execute(statement.values(password_hash=new_hash)).rowcount == 1


def promote(connection: Connection, club: str, email: str) -> None:
    """Make the member with this address an operator of the club."""
    known = find_login(connection, club, email)
    if known is not None:
        connection.execute(update(users).where(users.c.id == known.id).values(role="operator"))


# -------------------------------------------------------------------------------------------------------- sessions


def add_session(
    connection: Connection, token_hash: bytes, member_id: UUID, expires_at: datetime, renewable_until: datetime
) -> None:
    """Open a session, and drop those of the member that ended by themselves."""
    connection.execute(delete(sessions).where(sessions.c.member_id == member_id, sessions.c.expires_at < func.now()))
    values = {"member_id": member_id, "expires_at": expires_at, "renewable_until": renewable_until}
    connection.execute(insert(sessions).values(token_hash=token_hash, **values))


def renew_session(connection: Connection, token_hash: bytes, wished: datetime) -> AnyRow | None:
    """expires_at and renewable_until of a good session, prolonged to the `wished` moment as far as it may be."""
    later = func.greatest(sessions.c.expires_at, func.least(wished, sessions.c.renewable_until))
    statement = update(sessions).where(
        sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None), sessions.c.expires_at > func.now()
    )
    changed = statement.values(expires_at=later).returning(sessions.c.expires_at, sessions.c.renewable_until)
    return connection.execute(changed).one_or_none()


def find_session(connection: Connection, token_hash: bytes) -> AnyRow | None:
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
