"""Accounts open automatically, balances are sums of transfers, and transfers are append-only."""

import re
from uuid import uuid4

import pytest
from chance import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from people import accounts_of, add_club
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

BOOK = text("""
insert into point_transfers (kind, source_id, from_account, to_account, amount)
values ('workout_award', :source_id, :giver, :taker, :amount)
""")
BALANCES = text("select id, balance from point_accounts where id = any (:accounts)")

LOTS = text("""
select l.account_id, sum(l.amount + coalesce(m.points, 0))
from point_lots as l
left join (select lot_id, sum(amount) as points from lot_movements group by lot_id) as m on m.lot_id = l.transfer_id
where l.account_id = any (:accounts)
group by l.account_id
having sum(l.amount + coalesce(m.points, 0)) <> 0 or bool_or(l.remaining <> l.amount + coalesce(m.points, 0))
""")

moves = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 2_000_000_000)).filter(lambda m: m[0] != m[1])
batches = st.lists(st.lists(moves, min_size=1, max_size=6), max_size=4)


def move(giver: object, taker: object, amount: int = 7) -> dict[str, object]:
    return {"source_id": uuid4(), "giver": giver, "taker": taker, "amount": amount}


def test_new_clubs_and_members_have_their_accounts(app: Engine) -> None:
    with app.begin() as connection:
        club = add_club(connection)
        members = club.add_members(connection, 3)
        opened = text("select kind, member_id, balance from point_accounts where club_id = :club")
        rows = {tuple(row) for row in connection.execute(opened, {"club": club.id})}
    clubs_own = ("issued", "redeemed", "expired", "adjusted")
    assert rows == {*((kind, None, 0) for kind in clubs_own), *(("member", member, 0) for member in members)}


# Each example has a separate club, so the engine can be shared.
@settings(max_examples=examples(40))
@given(batches)
def test_a_balance_is_the_sum_of_its_transfers_and_of_its_lots(
    owner: Engine, batches: list[list[tuple[int, int, int]]]
) -> None:
    with owner.begin() as connection:
        club = add_club(connection)
        accounts = [club.account, *accounts_of(connection, club.add_members(connection, 3))]
    expected = dict.fromkeys(accounts, 0)
    for batch in batches:
        with owner.begin() as connection:
            # One statement for the whole batch: the trigger sees all its rows together.
            rows = [move(accounts[giver], accounts[taker], amount) for giver, taker, amount in batch]
            insert_at_once(connection, rows)
        for giver, taker, amount in batch:
            expected[accounts[giver]] -= amount
            expected[accounts[taker]] += amount
    with owner.connect() as connection:
        found = {row.id: row.balance for row in connection.execute(BALANCES, {"accounts": accounts})}
        lots = {row[0]: row[1] for row in connection.execute(LOTS, {"accounts": accounts})}
    assert found == expected
    assert lots == {account: expected[account] for account in accounts[1:] if expected[account] > 0}
    assert sum(found.values()) == 0


def insert_at_once(connection: Connection, rows: list[dict[str, object]]) -> None:
    columns = {name: [row[name] for row in rows] for name in ("source_id", "giver", "taker", "amount")}
    connection.execute(
        text("""
        insert into point_transfers (kind, source_id, from_account, to_account, amount)
        select 'workout_award', *
        from unnest(cast(:source_id as uuid[]), cast(:giver as uuid[]), cast(:taker as uuid[]), cast(:amount as int[]))
        """),
        columns,
    )


def test_rolled_back_transfers_leave_balances_alone(owner: Engine) -> None:
    with owner.begin() as connection:
        club = add_club(connection)
        [account] = accounts_of(connection, club.add_members(connection, 1))
    with owner.connect() as connection:
        connection.execute(BOOK, move(club.account, account))
        connection.rollback()
        assert connection.execute(BALANCES, {"accounts": [account]}).one().balance == 0


def test_a_source_is_awarded_once(owner: Engine) -> None:
    with owner.begin() as connection:
        club = add_club(connection)
        [account] = accounts_of(connection, club.add_members(connection, 1))
        once = move(club.account, account)
        connection.execute(BOOK, once)
    with pytest.raises(IntegrityError, match="point_transfers_kind_source_id_key"), owner.begin() as connection:
        connection.execute(BOOK, once)
    with owner.connect() as connection:
        assert connection.execute(BALANCES, {"accounts": [account]}).one().balance == 7


def test_every_kind_of_transfer_has_its_accounts(owner: Engine) -> None:
    rule = "select pg_get_constraintdef(oid) from pg_constraint where conname = 'point_transfers_kind_check'"
    with owner.connect() as connection:
        allowed = re.findall(r"'(\w+)'", connection.execute(text(rule)).scalar_one())
        kinds = connection.execute(text("select distinct kind from transfer_kinds")).scalars().all()
    assert set(kinds) == set(allowed)


@pytest.mark.parametrize(
    ("kind", "amount", "moves"),
    [
        ("workout_award", 7, {"issued": -7, "member": 7}),
        ("workout_reversal", 7, {"issued": 7, "member": -7}),
        ("adjustment", 7, {"adjusted": -7, "member": 7}),
        ("adjustment", -7, {"adjusted": 7, "member": -7}),
        ("redemption_fulfilled", 7, {"held": -7, "redeemed": 7}),
    ],
)
def test_the_kind_of_a_transfer_determines_its_accounts(
    app: Engine, owner: Engine, kind: str, amount: int, moves: dict[str, int]
) -> None:
    with owner.begin() as connection:
        club = add_club(connection)
        values = {"kind": kind, "amount": amount, "club": club.id, "member": club.add_members(connection, 1)[0]}
        connection.execute(
            text("insert into point_accounts (club_id, member_id, kind) values (:club, :member, 'held')"), values
        )
    balances = text("select kind, balance from point_accounts where club_id = :club and balance <> 0")
    with app.begin() as connection:
        connection.execute(text("select book_transfer(:kind, uuidv7(), :member, :amount)"), values)
        assert {row.kind: row.balance for row in connection.execute(balances, values)} == moves


@pytest.mark.parametrize(
    ("kind", "amount"), [("workout_award", 0), ("workout_award", -1), ("gift", 1), ("redemption_held", 1)]
)
def test_a_transfer_without_its_accounts_is_refused(app: Engine, kind: str, amount: int) -> None:
    with app.begin() as connection:
        club = add_club(connection)
        values = {"kind": kind, "amount": amount, "member": club.add_members(connection, 1)[0]}
    with pytest.raises(IntegrityError, match=r"null value|amount"), app.begin() as connection:
        connection.execute(text("select book_transfer(:kind, uuidv7(), :member, :amount)"), values)


@pytest.mark.parametrize("amount", [0, -1])
def test_only_amounts_above_zero_are_booked(owner: Engine, amount: int) -> None:
    with owner.begin() as connection:
        club = add_club(connection)
        [account] = accounts_of(connection, club.add_members(connection, 1))
    with pytest.raises(IntegrityError, match="amount"), owner.begin() as connection:
        connection.execute(BOOK, move(club.account, account, amount))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into point_transfers (kind, source_id, from_account, to_account, amount)"
        " select 'adjustment', uuidv7(), id, id, 1 from point_accounts",
        "update point_transfers set amount = 1",
        "delete from point_transfers",
        "truncate point_transfers",
        "update point_accounts set balance = 1000000",
        "insert into point_accounts (club_id, kind, balance) select id, 'issued', 5 from clubs",
        "delete from point_accounts",
        "delete from workouts",
        "update workouts set duration_min = 1",
        "delete from predictions",
        "delete from users",
        "alter table point_transfers disable trigger all",
        "create table mine (id int)",
        "create function keep_balances() returns trigger language sql as ''",
    ],
)
def test_the_role_of_the_services_cannot(app: Engine, statement: str) -> None:
    refusal = "permission denied|must be owner"
    with pytest.raises(ProgrammingError, match=refusal), app.begin() as connection:
        connection.execute(text(statement))


def test_a_temporary_table_cannot_take_the_place_of_the_accounts(app: Engine) -> None:
    """Functions run with their owner's rights, and PostgreSQL looks for tables among temporary ones first."""
    with app.connect() as connection:
        club = add_club(connection)
        [member] = club.add_members(connection, 1)
        connection.execute(text("create temporary table point_accounts (id uuid, balance bigint)"))
        connection.execute(text("select book_transfer('workout_award', uuidv7(), :member, 7)"), {"member": member})
        real = text("select balance from public.point_accounts where member_id = :member")
        assert connection.execute(real, {"member": member}).scalar_one() == 7
        connection.rollback()
