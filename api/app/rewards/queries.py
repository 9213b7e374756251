"""Queries on the catalogue of rewards."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Row, Rows

FIELDS = (
    "title_ru", "title_en", "description_ru", "description_en", "picture_url", "cost", "stock", "per_member_limit",
    "valid_from", "valid_to", "active",
)  # fmt: skip
"""Columns that operators set."""

_COLUMNS = f"r.id as reward_id, {', '.join(f'r.{name}' for name in FIELDS)}, r.created_at"
# Whether the member can redeem the reward; without a member (for a partner), both joins are empty.
_FOR_MEMBER = """
left join point_accounts as own on own.member_id = :member_id and own.kind = 'member'
left join lateral (select why_not_redeemable(r, own.member_id, own.balance) as why_not) as verdict on own.id is not null
"""

READ = text(f"""
select {_COLUMNS}, own.id is not null as has_verdict, verdict.why_not
from rewards as r
{_FOR_MEMBER}
where
    r.club_id = :club_id
    and (:include_hidden or (r.active and (r.valid_to is null or r.valid_to > now())))
    and (cast(:reward_id as uuid) is null or r.id = :reward_id)
    and (cast(:before as uuid) is null or r.id < :before)
order by r.id desc
limit :limit
""")

ADD = text(f"""
insert into rewards (id, club_id, {", ".join(FIELDS)})
values (:id, :club_id, {", ".join(f":{name}" for name in FIELDS)})
""")


def read_rewards(
    connection: Connection,
    club_id: UUID,
    member_id: UUID | None,
    *,
    include_hidden: bool,
    before: UUID | None = None,
    limit: int = 1,
    reward_id: UUID | None = None,
) -> Rows:
    """Rewards of the club, latest first, `before` a reward's id, each with why the member cannot redeem it."""
    values = {
        "club_id": club_id,
        "member_id": member_id,
        "include_hidden": include_hidden,
        "reward_id": reward_id,
        "before": before,
        "limit": limit,
    }
    return connection.execute(READ, values).all()


def add_reward(connection: Connection, club_id: UUID, reward_id: UUID, values: Mapping[str, Any]) -> None:
    connection.execute(ADD, {"id": reward_id, "club_id": club_id, **values})


def change_reward(connection: Connection, club_id: UUID, reward_id: UUID, values: Mapping[str, Any]) -> bool:
    """Set columns of FIELDS to `values`. False if the club has no such reward."""
    assignments = ", ".join(f"{name} = :{name}" for name in FIELDS if name in values) or "id = id"
    statement = text(f"update rewards set {assignments} where id = :id and club_id = :club_id")
    return connection.execute(statement, {"id": reward_id, "club_id": club_id, **values}).rowcount == 1


def with_can_redeem(row: Row) -> dict[str, Any]:
    """The reward with `can_redeem`: None if it was read without a member."""
    reward = row._asdict()
    has_verdict = reward.pop("has_verdict")
    return reward | {"can_redeem": row.why_not is None if has_verdict else None}
