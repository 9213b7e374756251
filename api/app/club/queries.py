"""Queries on clubs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from fitburn.tables import clubs


def read_club(connection: Connection, club_id: UUID) -> Mapping[str, Any]:
    query = select(clubs.c.slug, clubs.c.name, clubs.c.time_zone).where(clubs.c.id == club_id)
    return dict(connection.execute(query).mappings().one())
