"""Clubs and members to try things on, added as the services would add them."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Club:
    id: UUID
    account: UUID

    def add_members(self, connection: Connection, count: int) -> list[UUID]:
        """Their ids."""
        add = text(
            "insert into users (club_id, user_id) select :club, 'u' || gen_random_uuid() from generate_series(1, :n)"
            " returning id"
        )
        return list(connection.execute(add, {"club": self.id, "n": count}).scalars())


def add_club(connection: Connection, time_zone: str = "UTC") -> Club:
    add = text("insert into clubs (slug, name, time_zone) values (:slug, 'A club', :zone) returning id")
    club_id = connection.execute(add, {"slug": f"c-{uuid4()}", "zone": time_zone}).scalar_one()
    account = text("select id from point_accounts where club_id = :club and kind = 'issued'")
    return Club(club_id, connection.execute(account, {"club": club_id}).scalar_one())


def accounts_of(connection: Connection, members: list[UUID]) -> list[UUID]:
    wanted = text("select id from point_accounts where member_id = any (:members) and kind = 'member' order by id")
    return list(connection.execute(wanted, {"members": members}).scalars())
