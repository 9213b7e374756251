"""Credits become lots: spent earliest first, returned to the same lot, expired after the club's period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from people import Club, accounts_of, add_club
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

TRANSFER = text("""
insert into point_transfers (kind, source_id, from_account, to_account, amount, created_at)
select :kind, :source, giver.id, taker.id, :points, now() - make_interval(days => :days_ago)
from point_accounts as giver, point_accounts as taker
where giver.club_id = :club and giver.kind = :giver and (giver.member_id is null or giver.member_id = :member)
    and taker.club_id = :club and taker.kind = :taker and (taker.member_id is null or taker.member_id = :member)
""")
LOTS = text("select remaining from point_lots where account_id = :account order by earned_on, transfer_id")
TODAY = text("select (now() at time zone 'UTC')::date")


@dataclass
class Member:
    """The only member of a club, whose points the test moves."""

    engine: Engine
    owner: Engine
    club: Club
    id: UUID
    account: UUID

    def book(
        self, kind: str, giver: str, taker: str, points: int, source: UUID | None = None, days_ago: int = 0
    ) -> UUID:
        values: dict[str, Any] = {"kind": kind, "giver": giver, "taker": taker, "points": points, "days_ago": days_ago}
        values |= {"source": source or uuid4(), "club": self.club.id, "member": self.id}
        with self.owner.begin() as connection:
            assert connection.execute(TRANSFER, values).rowcount == 1
        return UUID(str(values["source"]))

    def earn(self, points: int, days_ago: int = 0) -> UUID:
        return self.book("workout_award", "issued", "member", points, days_ago=days_ago)

    def spend(self, points: int) -> UUID:
        return self.book("redemption_held", "member", "redeemed", points)

    def give_back(self, points: int, redemption: UUID) -> None:
        self.book("redemption_cancelled", "redeemed", "member", points, redemption)

    def reverse(self, points: int, workout: UUID) -> None:
        self.book("workout_reversal", "member", "issued", points, workout)

    def lots(self) -> Sequence[int]:
        with self.engine.connect() as connection:
            return connection.execute(LOTS, {"account": self.account}).scalars().all()

    def balance(self) -> int:
        with self.engine.connect() as connection:
            query = text("select balance from point_accounts where id = :account")
            return int(connection.execute(query, {"account": self.account}).scalar_one())

    def valid_for(self, period: str | None, since_days_ago: int = 0) -> None:
        with self.owner.begin() as connection:
            values = {"club": self.club.id, "period": period, "days": since_days_ago}
            change = "update clubs set points_valid_for = cast(:period as interval) where id = :club"
            connection.execute(text(change), values)
            since = "update clubs set points_valid_since = points_valid_since - cast(:days as integer) where id = :club"
            connection.execute(text(since), values)

    def expire(self, days_ago: int = 0) -> int:
        """Other clubs of this database have no expiry, so the sum is this member's."""
        with self.engine.begin() as connection:
            day: date = connection.execute(TODAY).scalar_one() - timedelta(days=days_ago)
            return int(connection.execute(text("select expire_points(:day)"), {"day": day}).scalar_one())


@pytest.fixture
def member(app: Engine, owner: Engine) -> Any:
    with app.begin() as connection:
        club = add_club(connection)
        [member_id] = club.add_members(connection, 1)
        [account] = accounts_of(connection, [member_id])
    somebody = Member(app, owner, club, member_id, account)
    yield somebody
    somebody.valid_for(None)


def test_the_earliest_lot_is_spent_first(member: Member) -> None:
    member.earn(10)
    member.earn(20, days_ago=5)
    member.spend(25)
    assert member.lots() == [0, 5]


def test_returned_points_go_back_into_their_lots(member: Member) -> None:
    member.earn(10, days_ago=3)
    member.earn(20, days_ago=2)
    redemption = member.spend(15)
    member.earn(7)
    assert member.lots() == [0, 15, 7]
    member.give_back(15, redemption)
    assert member.lots() == [10, 20, 7]


def test_a_reversal_takes_from_its_own_lot_and_then_from_the_earliest(member: Member) -> None:
    member.earn(10, days_ago=3)
    workout = member.earn(20, days_ago=1)
    member.reverse(20, workout)
    assert member.lots() == [10, 0]


def test_a_reversal_of_spent_points_takes_from_other_lots_and_the_rest_is_owed(member: Member) -> None:
    workout = member.earn(30, days_ago=3)
    member.spend(30)
    member.earn(10)
    member.reverse(30, workout)
    assert (member.balance(), member.lots()) == (-20, [0, 0])


def test_debts_are_paid_by_the_next_credit(member: Member) -> None:
    workout = member.earn(30)
    redemption = member.spend(30)
    member.reverse(30, workout)
    member.earn(10)
    assert (member.balance(), member.lots()) == (-20, [0, 0])
    member.give_back(30, redemption)
    assert (member.balance(), sum(member.lots())) == (10, 10)


def test_a_hold_beyond_the_balance_is_refused(member: Member) -> None:
    member.earn(10)
    with pytest.raises(DBAPIError, match="not enough points"):
        member.spend(11)
    assert (member.balance(), member.lots()) == (10, [10])


def test_lots_expire_when_the_period_is_over_and_not_a_day_before(member: Member) -> None:
    member.valid_for("30 days", since_days_ago=100)
    member.earn(10, days_ago=30)
    member.earn(5, days_ago=29)
    assert member.expire(days_ago=1) == 0
    assert member.expire() == 10
    assert (member.balance(), member.lots()) == (5, [0, 5])


def test_expiry_is_idempotent_per_day(member: Member) -> None:
    member.valid_for("1 month", since_days_ago=100)
    member.earn(10, days_ago=50)
    member.earn(3)
    assert [member.expire(), member.expire(), member.balance()] == [10, 0, 3]


def test_switching_expiry_on_expires_nothing_before_a_full_period(member: Member) -> None:
    member.earn(10, days_ago=1000)
    member.valid_for("30 days", since_days_ago=29)
    assert member.expire() == 0
    member.valid_for("31 days", since_days_ago=30)
    assert member.expire() == 0
    member.valid_for("30 days", since_days_ago=30)
    assert member.expire() == 10


def test_points_of_a_club_without_a_period_never_expire(member: Member) -> None:
    member.earn(10, days_ago=3000)
    assert member.expire() == 0


def test_a_future_day_expires_nothing_early(member: Member) -> None:
    member.valid_for("30 days", since_days_ago=100)
    member.earn(10, days_ago=29)
    assert member.expire(days_ago=-5) == 0


def test_points_returned_after_their_expiry_expire_with_the_next_run(member: Member) -> None:
    member.valid_for("30 days", since_days_ago=100)
    member.earn(10, days_ago=40)
    redemption = member.spend(10)
    assert member.expire() == 0
    member.give_back(10, redemption)
    assert member.expire() == 10


@pytest.mark.parametrize("period", ["0 days", "-1 month", "36 hours", "1 day 1 minute"])
def test_a_period_is_whole_days(member: Member, period: str) -> None:
    with pytest.raises(DBAPIError, match="points_valid_for"):
        member.valid_for(period)


@pytest.mark.parametrize("table", ["point_transfers", "lot_movements", "audit_log"])
@pytest.mark.parametrize("change", ["delete from {}", "truncate {} cascade", "update {} set id = id"])
def test_append_only_tables_refuse_changes_by_their_owner(owner: Engine, table: str, change: str) -> None:
    with pytest.raises(ProgrammingError, match="only ever added to"), owner.begin() as connection:
        connection.execute(text(change.format(table)))


@pytest.mark.parametrize("table", ["point_lots", "lot_movements", "redemptions"])
def test_services_cannot_write_tables_kept_by_triggers(app: Engine, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), app.begin() as connection:
        connection.execute(text(f"insert into {table} default values"))
