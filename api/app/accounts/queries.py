"""Queries on accounts: logins and password hashes."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from fitburn.database import Row
from fitburn.tables import clubs, users

_MEMBERS = users.join(clubs, clubs.c.id == users.c.club_id)


def find_login(connection: Connection, club: str, email: str) -> Row | None:
    """id, user_id and password_hash of the account with this e-mail address."""
    query = select(users.c.id, users.c.user_id, users.c.password_hash).select_from(_MEMBERS)
    query = query.where(clubs.c.slug == club, func.lower(users.c.email) == email.lower())
    return connection.execute(query).one_or_none()


def add_member(connection: Connection, values: dict[str, Any]) -> Row:
    """Add a member; return id and user_id. Raises IntegrityError if the address is taken in the club."""
    return connection.execute(insert(users).values(values).returning(users.c.id, users.c.user_id)).one()


def find_password(connection: Connection, member_id: UUID) -> str | None:
    """The member's password hash."""
    query = select(users.c.password_hash).where(users.c.id == member_id)
    password_hash: str | None = connection.execute(query).scalar_one()
    return password_hash


def change_password(connection: Connection, member_id: UUID, old_hash: str, new_hash: str) -> bool:
    """Replace the password hash. False if it is no longer `old_hash`."""
    statement = update(users).where(users.c.id == member_id, users.c.password_hash == old_hash)
    return connection.execute(statement.values(password_hash=new_hash)).rowcount == 1


def promote(connection: Connection, club: str, email: str) -> None:
    """Make the member with this address an operator of the club."""
    account = find_login(connection, club, email)
    if account is not None:
        connection.execute(update(users).where(users.c.id == account.id).values(role="operator"))
