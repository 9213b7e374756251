"""The liability per day, derived from the kinds of accounts that points move between."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from chance import examples
from histories import History, changed_days, fresh_database, moment, read, refresh, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db.marts import refresh_changed

MART = "points_liability_daily"
DAY = date(2026, 3, 10)
KINDS = ("issued", "member", "held", "redeemed", "expired", "adjusted")

# The accounts of a club that triggers do not open; members have theirs already.
OPEN = text("insert into point_accounts (club_id, kind) values (:club, :kind) on conflict do nothing")
FIND = text("select id from point_accounts where club_id = :club and kind = :kind order by id limit 1")
MOVE = text("""
insert into point_transfers (kind, source_id, from_account, to_account, amount, created_at)
values ('workout_award', uuidv7(), :giver, :taker, :amount, :at)
""")


class Books:
    """A club with one account of each kind."""

    def __init__(self, engine: Engine, zone: str = "UTC") -> None:
        self.history = History(engine, zone)
        self.engine = engine
        self.history.member("a")
        self.accounts: dict[str, UUID] = {}
        with engine.begin() as connection:
            for kind in KINDS:
                values = {"club": self.history.club, "kind": kind}
                if kind != "member":
                    connection.execute(OPEN, values)
                self.accounts[kind] = connection.execute(FIND, values).scalar_one()

    def move(self, giver: str, taker: str, amount: int, at: datetime | None = None) -> None:
        values = {
            "giver": self.accounts[giver],
            "taker": self.accounts[taker],
            "amount": amount,
            "at": at or moment(DAY),
        }
        self.history.run(MOVE, **values)

    def days(self) -> list[tuple[date, int, int, int, int, int]]:
        query = (
            f"select day, issued, spent, expired, adjusted, outstanding from {MART} where club_id = :club order by day"
        )
        return [tuple(row) for row in read(self.engine, query, club=self.history.club)]

    def owed(self) -> int:
        query = "select sum(balance) from point_accounts where club_id = :club and kind in ('member', 'held')"
        return int(read(self.engine, query, club=self.history.club)[0][0])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        # Allows account kinds beyond those of the ledger.
        with engine.begin() as connection:
            checks = "select conname from pg_constraint where conrelid = 'point_accounts'::regclass and contype = 'c'"
            for name in connection.execute(text(checks)).scalars().all():
                connection.exec_driver_sql(f"alter table point_accounts drop constraint {name}")
        yield engine


@pytest.fixture
def books(engine: Engine) -> Books:
    """A new club, in a database whose mart is up to date."""
    refresh_changed(engine, MART)
    return Books(engine)


def check(engine: Engine, first: date = DAY - timedelta(days=99), last: date = DAY + timedelta(days=99)) -> None:
    read(engine, "select check_mart(:mart, :first, :last)", mart=MART, first=first, last=last)


def test_each_kind_of_account_has_its_column(books: Books) -> None:
    books.move("issued", "member", 100)
    books.move("member", "issued", 5)
    books.move("member", "held", 40)
    books.move("held", "redeemed", 25)
    books.move("held", "member", 10)
    books.move("redeemed", "member", 2)
    books.move("member", "expired", 8)
    books.move("adjusted", "member", 7)
    books.move("member", "adjusted", 3)
    refresh(books.engine, MART, DAY)
    assert books.days() == [(DAY, 95, 23, 8, 4, 68)]
    assert books.owed() == 68
    check(books.engine)


def test_outstanding_points_carry_over_days_without_a_row(books: Books) -> None:
    later = DAY + timedelta(days=9)
    books.move("issued", "member", 50)
    books.move("member", "redeemed", 20, moment(later))
    books.move("member", "held", 5, moment(later + timedelta(days=1)))
    refresh_changed(books.engine, MART)
    assert books.days() == [(DAY, 50, 0, 0, 0, 50), (later, 0, 20, 0, 0, 30)]


def test_a_day_built_late_corrects_later_days(books: Books) -> None:
    late, other = DAY - timedelta(days=5), Books(books.engine)
    for one in (books, other):
        one.move("issued", "member", 10)
    refresh_changed(books.engine, MART)
    built = rows(books.engine, MART, leave_out=())
    books.move("issued", "member", 7, moment(late))
    assert changed_days(books.engine, MART) == [late]
    refresh_changed(books.engine, MART)
    assert books.days() == [(late, 7, 0, 0, 0, 7), (DAY, 10, 0, 0, 0, 17)]
    unmoved = [row for row in rows(books.engine, MART, leave_out=()) if row["club_id"] == other.history.club]
    assert unmoved == [row for row in built if row["club_id"] == other.history.club]
    check(books.engine)


@settings(max_examples=examples(20))
@given(
    moves=st.lists(
        st.tuples(
            st.permutations(KINDS).map(lambda kinds: kinds[:2]),
            st.integers(1, 500),
            st.integers(0, 12 * 24).map(lambda hours: moment(DAY) + timedelta(hours=hours)),
        ),
        max_size=25,
    ),
    # A fixed seed instead of Hypothesis's random: the number of days depends on earlier examples as well.
    order=st.integers(0, 1_000).map(Random),
)
def test_refreshes_in_any_order_end_with_the_balances(books: Books, moves: object, order: Random) -> None:
    books = Books(books.engine)
    for (giver, taker), amount, at in moves:  # type: ignore[attr-defined]
        books.move(giver, taker, amount, at)
    days = changed_days(books.engine, MART)
    order.shuffle(days)
    for day in days:
        refresh(books.engine, MART, day)
    check(books.engine)
    one_by_one = books.days()
    assert (one_by_one[-1][-1] if one_by_one else 0) == books.owed()
    refresh(books.engine, MART, DAY - timedelta(days=1), DAY + timedelta(days=20))
    assert books.days() == one_by_one


def test_days_follow_the_club_time_zone_and_its_changes(engine: Engine, books: Books) -> None:
    far = Books(engine, "Pacific/Kiritimati")
    far.move("issued", "member", 10, moment(DAY, 20))
    books.move("issued", "member", 1, moment(DAY, 20))
    assert changed_days(engine, MART) == [DAY, DAY + timedelta(days=1)]
    refresh_changed(engine, MART)
    assert [row[0] for row in far.days()] == [DAY + timedelta(days=1)]
    far.history.run("update clubs set time_zone = 'UTC' where id = :club", club=far.history.club)
    refresh_changed(engine, MART)
    assert far.days() == [(DAY, 10, 0, 0, 0, 10)]
    check(engine)


def built_at(books: Books) -> dict[date, datetime]:
    found = read(books.engine, f"select day, created_at from {MART} where club_id = :club", club=books.history.club)
    return {row.day: row.created_at for row in found}


def test_only_changed_days_are_rebuilt(books: Books) -> None:
    days = [DAY + timedelta(days=n) for n in range(5)]
    for day in days:
        books.move("issued", "member", 10, moment(day))
    assert refresh_changed(books.engine, MART).days == 5
    before = built_at(books)
    books.move("member", "held", 1, moment(days[4]))
    books.move("issued", "member", 1, moment(days[4]))
    assert refresh_changed(books.engine, MART).days == 1
    after = built_at(books)
    assert [day for day in days if after[day] != before[day]] == [days[4]]
    assert refresh_changed(books.engine, MART).days == 0


@pytest.mark.parametrize(
    "sabotage",
    [
        f"update {MART} set issued = issued + 1, outstanding = outstanding + 1",
        f"update {MART} set outstanding = outstanding + 1",
        f"delete from {MART}",
        "update point_accounts set balance = balance + 1 where kind = 'held'",
    ],
)
def test_faults_of_a_wrong_mart_are_named(books: Books, sabotage: str) -> None:
    books.move("issued", "member", 10)
    books.move("issued", "member", 10, moment(DAY + timedelta(days=1)))
    refresh_changed(books.engine, MART)
    check(books.engine)
    with books.engine.connect() as connection:
        connection.exec_driver_sql(sabotage)
        with pytest.raises(DBAPIError, match=f"{MART} is not right"):
            connection.exec_driver_sql(f"select check_mart('{MART}', '2026-01-01', '2026-12-31')")


def test_concurrent_changes_are_left_to_the_next_run(books: Books) -> None:
    books.move("issued", "member", 10)
    refresh_changed(books.engine, MART)
    books.move("issued", "member", 5)
    check(books.engine)
    books.move("issued", "member", 5, datetime.now(UTC))
    check(books.engine, last=date.today() + timedelta(days=1))


def test_a_missing_day_without_a_mark_is_a_fault(books: Books) -> None:
    books.move("issued", "member", 10)
    with books.engine.connect() as connection:
        connection.exec_driver_sql("truncate mart_changes")
        with pytest.raises(DBAPIError, match="outstanding"):
            connection.exec_driver_sql(f"select check_mart('{MART}', '2026-04-01', '2026-12-31')")
