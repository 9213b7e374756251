"""The latest model card and its time."""

import json

from sqlalchemy import Connection, Engine, text


def introduce(connection: Connection, version: str) -> None:
    card = json.dumps({"model_version": version, "golden": []})
    connection.execute(text("select set_model_card(cast(:card as jsonb))"), {"card": card})


def latest(connection: Connection) -> tuple[str, object]:
    row = connection.execute(text("select model_version, set_at from model_cards order by set_at desc limit 1")).one()
    return row.model_version, row.set_at


def test_the_latest_model_keeps_its_time_until_it_is_replaced(owner: Engine) -> None:
    with owner.connect() as connection, connection.begin() as nothing_stays:
        introduce(connection, "test-1")
        first = latest(connection)
        introduce(connection, "test-1")
        assert latest(connection) == first
        introduce(connection, "test-2")
        assert latest(connection)[0] == "test-2"
        introduce(connection, "test-1")
        assert latest(connection)[0] == "test-1"
        assert latest(connection) != first
        nothing_stays.rollback()
