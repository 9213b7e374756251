"""docs/marts.md is up to date, and its queries answer their questions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from histories import History, fresh_database, read
from sqlalchemy import Engine, text

from db.marts import list_marts, refresh_changed
from db.marts_doc import DOCUMENT, QUESTIONS, render


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Twelve weeks of a club, three visits a week: a always, b in the first eight, c in the last three."""
    with fresh_database() as engine:
        club = History(engine)
        today = datetime.now(UTC).date()
        monday = today - timedelta(days=today.weekday() + 12 * 7)
        for n in range(12 * 7):
            day = monday + timedelta(days=n)
            for user_id, begin, end in (("a", 0, 84), ("b", 0, 56), ("c", 63, 84)):
                if begin <= n < end and day.weekday() in (0, 2, 5):
                    start = datetime(day.year, day.month, day.day, 10 if day.weekday() == 5 else 18, tzinfo=UTC)
                    club.done(user_id, start, 400.0, points=40)
        with engine.connect() as connection:
            marts = list_marts(connection)
        for mart in marts:
            refresh_changed(engine, mart)
        yield engine


def answer(engine: Engine, question: str) -> list[tuple[object, ...]]:
    """The rows that an analyst gets."""
    [path] = QUESTIONS.glob(f"*{question}.sql")
    with engine.connect() as connection:
        connection.execute(text("set local role analyst"))
        return [tuple(row) for row in connection.execute(text(path.read_text()))]


def test_the_document_is_up_to_date(owner: Engine) -> None:
    with owner.connect() as connection:
        assert DOCUMENT.read_text(encoding="utf-8") == render(connection), "run `make marts-doc`"


def test_every_mart_is_in_the_document_and_every_question_too(owner: Engine) -> None:
    readable = "select relname from pg_class where relkind = 'r' and has_table_privilege('analyst', oid, 'select')"
    marts = read(owner, f"{readable} and relnamespace = cast('public' as regnamespace)")
    written = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"\n## {mart.relname}\n" in written for mart in marts)
    assert written.count("```sql") == 5


def test_retention_by_week(engine: Engine) -> None:
    [first, second] = answer(engine, "retention_by_week")
    assert first[2:] == (2, 100, 100, 50)
    assert second[2:] == (1, 100, 0, 0)


def test_best_hour_of_the_day(engine: Engine) -> None:
    # 12 + 8 + 3 visits on 12 Saturdays, and twice as many on 24 weekdays.
    found = [row[1:] for row in answer(engine, "best_hour_of_the_day")]
    assert [(kind, hour, float(mean), place) for kind, hour, mean, place in found] == [
        ("weekday", 18, 1.9, 1),
        ("weekend", 10, 1.9, 1),
    ]


def test_points_per_active_member(engine: Engine) -> None:
    found = answer(engine, "points_per_active_member")
    assert len(found) == 12
    assert {float(row[4]) for row in found} == {40.0}
    assert sum(row[2] for row in found) == 40 * 3 * (12 + 8 + 3)


def test_week_over_week(engine: Engine) -> None:
    found = [(row[2], row[3] and float(row[3])) for row in answer(engine, "week_over_week")]
    assert found == [(6, None), *[(6, 0.0)] * 7, (3, -50.0), (6, 100.0), *[(6, 0.0)] * 2]


def test_members_who_drift_away(engine: Engine) -> None:
    # The ten weeks that end with the last visit hold six of b's.
    [(_club, user_id, visits, _last_seen, kcal)] = answer(engine, "members_who_drift_away")
    assert (user_id, visits, kcal) == ("b", 18, 7200.0)
