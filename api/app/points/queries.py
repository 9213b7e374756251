"""Queries on members' points. Every movement is a transfer; triggers keep balances and lots up to date."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Rows

# Lock order: every transaction that books a member's points locks the member first.
LOCK_MEMBER = text("select id from users where id = :member_id for no key update")

READ_BALANCE = text("""
select
    own.id as account_id, own.balance,
    coalesce(
        (select balance from point_accounts as held where held.member_id = own.member_id and held.kind = 'held'), 0
    ) as held,
    (
        select coalesce(sum(p.held_points), 0)
        from workouts as w
        join predictions as p on p.workout_id = w.id and p.standing = 'held'
        where w.member_id = own.member_id
    ) as pending_review,
    next.expires_on, next.points as expiring
from point_accounts as own
left join lateral (
    select expires_on(l.earned_on, c.points_valid_for, c.points_valid_since) as expires_on, sum(l.remaining) as points
    from point_lots as l
    join clubs as c on c.id = own.club_id
    where l.account_id = own.id and l.remaining > 0 and c.points_valid_for is not null
    group by 1
    order by 1
    limit 1
) as next on true
where own.member_id = :member_id and own.kind = 'member'
""")

# Each side has an index, so the union reads at most one page of rows from each.
READ_TRANSFERS = text("""
(
    select id as transfer_id, kind, amount, source_id, created_at
    from point_transfers
    where to_account = :account_id and (cast(:before as uuid) is null or id < :before)
    order by id desc
    limit :limit
)
union all
(
    select id, kind, -amount, source_id, created_at
    from point_transfers
    where from_account = :account_id and (cast(:before as uuid) is null or id < :before)
    order by id desc
    limit :limit
)
order by transfer_id desc
limit :limit
""")

BOOK_ADJUSTMENT = text("select book_transfer('adjustment', :adjustment_id, :member_id, :points)")


def lock_member(connection: Connection, member_id: UUID) -> None:
    """Serialize transactions that decide on the member's points."""
    connection.execute(LOCK_MEMBER, {"member_id": member_id})


def read_balance(connection: Connection, member_id: UUID) -> dict[str, Any]:
    """account_id, balance, held, pending_review and next_expiry of a member, from one snapshot."""
    row = connection.execute(READ_BALANCE, {"member_id": member_id}).one()
    expiry = None if row.expires_on is None else {"expires_on": row.expires_on, "points": row.expiring}
    return {
        "account_id": row.account_id,
        "balance": row.balance,
        "held": row.held,
        "pending_review": row.pending_review,
        "next_expiry": expiry,
    }


def read_transfers(connection: Connection, account_id: UUID, before: UUID | None, limit: int) -> Rows:
    """Transfers to (amount > 0) and from (amount < 0) an account, latest first, `before` a transfer's id."""
    return connection.execute(READ_TRANSFERS, {"account_id": account_id, "before": before, "limit": limit}).all()


def book_adjustment(connection: Connection, member_id: UUID, adjustment_id: UUID, points: int) -> None:
    """Book a manual adjustment of more or less than 0 points; the balance may become negative."""
    values = {"member_id": member_id, "adjustment_id": adjustment_id, "points": points}
    connection.execute(BOOK_ADJUSTMENT, values)
