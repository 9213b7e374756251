"""What the queries of all nouns share: the type of a row, clubs, and members by the club's own id."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Connection, Date, cast, func, select

from app.http.errors import NotFoundError
from fitburn.tables import clubs, users

Row = sqlalchemy.Row[*tuple[Any, ...]]
Rows = Sequence[Row]


def find_club_id(connection: Connection, slug: str) -> UUID | None:
    return connection.execute(select(clubs.c.id).where(clubs.c.slug == slug)).scalar_one_or_none()


def club_today(connection: Connection, club_id: str) -> date:
    """The day that it is in the club's time zone."""
    query = select(cast(func.timezone(clubs.c.time_zone, func.now()), Date)).where(clubs.c.id == UUID(club_id))
    today: date = connection.execute(query).scalar_one()
    return today


def find_member_id(connection: Connection, club_id: str, user_id: str) -> UUID | None:
    query = select(users.c.id).where(users.c.club_id == UUID(club_id), users.c.user_id == user_id)
    return connection.execute(query).scalar_one_or_none()


def visible_member(connection: Connection, club_id: str, sees_only: str | None, user_id: str | None) -> str | None:
    """Id of the member whose data is asked for: `sees_only` for those who see only themselves.

    None means the whole club. Raises NotFoundError for a member who is not there or not the caller's to see.
    """
    if user_id is None:
        return sees_only
    found = find_member_id(connection, club_id, user_id)
    if found is None or sees_only not in (None, str(found)):
        raise NotFoundError("There is no such member.")
    return str(found)
