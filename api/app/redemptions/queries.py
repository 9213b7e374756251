"""Queries on redemptions. Only database functions write them: see db/init/013_redemptions.sql."""

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
    """Redeem a reward. Returns the outcome, as the database function names it, and the redemption's id if any."""
    row = connection.execute(REDEEM, {"member_id": member_id, "reward_id": reward_id, "key": key}).one()
    return row.outcome, row.redemption_id


def close(
    connection: Connection, caller: Caller, redemption_id: UUID, status: RedemptionStatus, key: str | None
) -> bool:
    """Set the final status of a held redemption and record it. False if it is not held, or too late to be fulfilled."""
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
    """Redemptions of the club that match all given filters, latest first; `code` matches only held ones."""
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
