"""Finding members of a club by the beginnings of words of their name, e-mail or id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

AnyRow = Row[*tuple[Any, ...]]

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


def find_members(
    connection: Connection, club_id: str, said: str, *, before: UUID | None, limit: int
) -> Sequence[AnyRow]:
    """Members in whose words each said word begins one, those who came last first, `before` an id."""
    values = {"club_id": club_id, "said": said, "limit": limit}
    if before is None:
        return connection.execute(FIRST_PAGE, values).all()
    return connection.execute(LATER_PAGE, values | {"before": before}).all()
