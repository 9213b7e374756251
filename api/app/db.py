"""Queries that all nouns share, and running a query from a coroutine."""

from collections.abc import Callable
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection, Date, Engine, cast, func, select

from app.http.errors import NotFoundError
from fitburn.tables import clubs, users

P = ParamSpec("P")
T = TypeVar("T")


async def read(engine: Engine, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in the thread pool, on a connection of the pool; return its result."""

    def run() -> T:
        with engine.connect() as connection:
            return query(connection, *args, **kwargs)

    return await run_in_threadpool(run)


async def write(engine: Engine, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `read`, in a transaction that is committed at the end, or rolled back on an error."""

    def run() -> T:
        with engine.begin() as connection:
            return query(connection, *args, **kwargs)

    return await run_in_threadpool(run)


def find_club_id(connection: Connection, slug: str) -> UUID | None:
    return connection.execute(select(clubs.c.id).where(clubs.c.slug == slug)).scalar_one_or_none()


def club_today(connection: Connection, club_id: UUID) -> date:
    """Today in the club's time zone."""
    query = select(cast(func.timezone(clubs.c.time_zone, func.now()), Date)).where(clubs.c.id == club_id)
    today: date = connection.execute(query).scalar_one()
    return today


def find_member_id(connection: Connection, club_id: UUID, user_id: str) -> UUID | None:
    query = select(users.c.id).where(users.c.club_id == club_id, users.c.user_id == user_id)
    return connection.execute(query).scalar_one_or_none()


def member_of_club(connection: Connection, club_id: UUID, user_id: str, *, sees_only: UUID | None = None) -> UUID:
    """Id of a member of the club. `sees_only` is the caller's own id if they may see no other member.

    Raises NotFoundError for a member who does not exist or whom the caller may not see.
    """
    member_id = find_member_id(connection, club_id, user_id)
    if member_id is None or sees_only not in (None, member_id):
        raise NotFoundError("No such member.")
    return member_id
