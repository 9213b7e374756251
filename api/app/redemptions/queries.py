"""Queries on redemptions. Functions of the database write them: see db/init/013_redemptions.sql."""

from uuid import UUID

from sqlalchemy import Connection, text

from app.access.caller import Caller
from app.redemptions.schemas import RedemptionStatus
from fitburn.database import Rows

REDEEM = text("select outcome, redemption_id from redeem(:member_id, :reward_id, :key)")

CLOSE = text("select close_redemptions(array[cast(:id as uuid)], :status, :actor, null, :key)")

CONDITIONS = {
    "member_id": "r.member_id = :member_id",
    "redemption_id": "r.id = :redemption_id",
    "status": "r.status = :status",
    "code": "r.code = :code and r.status = 'held'",
    "before": "r.id < :before",
}
READ = """
select
    r.id as redemption_id, r.reward_id, u.user_id, u.display_name, g.title_ru, g.title_en, r.cost, r.status, r.code,
    r.created_at, r.expires_at, r.closed_at
from redemptions as r
join rewards as g on g.id = r.reward_id
join users as u on u.id = r.member_id
where r.club_id = :club_id and {conditions}
order by r.id desc
limit :limit
"""


def redeem(connection: Connection, member_id: UUID, reward_id: UUID, key: str | None) -> tuple[str, UUID | None]:
    """What became of it and the redemption, if there is one; the outcomes are those of the database's function."""
    row = connection.execute(REDEEM, {"member_id": member_id, "reward_id": reward_id, "key": key}).one()
    return row.outcome, row.redemption_id


def close(
    connection: Connection, caller: Caller, redemption_id: UUID, status: RedemptionStatus, key: str | None
) -> bool:
    """Take a held redemption to this status and note it; whether it was held (and, to be fulfilled, in time)."""
    values = {"id": redemption_id, "status": status, "actor": caller.source, "key": key}
    return bool(connection.execute(CLOSE, values).scalar_one())


def read_redemptions(
    connection: Connection,
    club_id: UUID,
    *,
    member_id: UUID | None = None,
    redemption_id: UUID | None = None,
    status: str | None = None,
    code: str | None = None,
    before: UUID | None = None,
    limit: int = 1,
) -> Rows:
    """Redemptions of the club, latest first, as far as they fit; `code` finds only what is held."""
    filters = {
        "member_id": member_id,
        "redemption_id": redemption_id,
        "status": status,
        "code": code,
        "before": before,
    }
    filters = {name: value for name, value in filters.items() if value is not None}
    query = text(READ.format(conditions=" and ".join(["true", *(CONDITIONS[name] for name in filters)])))
    return connection.execute(query, filters | {"club_id": club_id, "limit": limit}).all()
