"""Queries on members: profiles, and finding members by the beginnings of words of their name, e-mail or id."""

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

# For a rare word the index gives all members that fit; for a common one the latest members are looked through until
# there are enough. The club is asked for again, since the index knows it by a part of its id.
FIND_MEMBERS = """
select id, user_id, display_name, email, role, created_at
from users
where
    member_words(club_id, user_id, display_name, email) @@ member_query(cast(:club_id as uuid), :said)
    and club_id = cast(:club_id as uuid){before}
order by id desc
limit :limit
"""
FIRST_PAGE = text(FIND_MEMBERS.format(before=""))
LATER_PAGE = text(FIND_MEMBERS.format(before=" and id < :before"))


def find_members(connection: Connection, club_id: UUID, said: str, *, before: UUID | None, limit: int) -> Sequence[Row]:
    """Members in whose words each said word begins one, those who came last first, `before` an id."""
    values = {"club_id": club_id, "said": said, "limit": limit}
    if before is None:
        return connection.execute(FIRST_PAGE, values).all()
    return connection.execute(LATER_PAGE, values | {"before": before}).all()


def read_profile(connection: Connection, member_id: UUID) -> Row:
    query = select(*PROFILE_COLUMNS).select_from(users.join(clubs, clubs.c.id == users.c.club_id))
    return connection.execute(query.where(users.c.id == member_id)).one()


def change_profile(connection: Connection, member_id: UUID, values: dict[str, Any]) -> None:
    if values:
        connection.execute(update(users).where(users.c.id == member_id).values(values))
