"""Queries on members: profiles, and the prefix search over name, e-mail and user_id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text, update

from fitburn.database import Row
from fitburn.tables import clubs, users

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

# The planner searches a rare word in the index; for a common one it walks the latest members until the page is full.
# club_id is compared again because the index contains only a part of it.
FIND_MEMBERS = """
select id, user_id, display_name, email, role, created_at
from users
where
    member_words(club_id, user_id, display_name, email) @@ member_query(cast(:club_id as uuid), :prefixes)
    and club_id = cast(:club_id as uuid){before}
order by id desc
limit :limit
"""
FIRST_PAGE = text(FIND_MEMBERS.format(before=""))
LATER_PAGE = text(FIND_MEMBERS.format(before=" and id < :before"))


def find_members(
    connection: Connection, club_id: UUID, prefixes: str, *, before: UUID | None, limit: int
) -> Sequence[Row]:
    """Members who match all prefixes, which blanks separate; latest first, `before` an id."""
    values = {"club_id": club_id, "prefixes": prefixes, "limit": limit}
    if before is None:
        return connection.execute(FIRST_PAGE, values).all()
    return connection.execute(LATER_PAGE, values | {"before": before}).all()


def read_profile(connection: Connection, member_id: UUID) -> Row:
    query = select(*PROFILE_COLUMNS).select_from(users.join(clubs, clubs.c.id == users.c.club_id))
    return connection.execute(query.where(users.c.id == member_id)).one()


def change_profile(connection: Connection, member_id: UUID, values: dict[str, Any]) -> None:
    if values:
        connection.execute(update(users).where(users.c.id == member_id).values(values))
