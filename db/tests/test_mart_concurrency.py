"""Rebuilds with concurrent writers: no change is lost, and no transaction waits for another."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from histories import FAIL, History, changed_days, fresh_database, moment, read, refresh, rows
from marked_days import DAY, MARTS, NEXT, run, unmarked_history
from sqlalchemy import Engine, text


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        yield engine


@pytest.fixture
def history(engine: Engine) -> History:
    return unmarked_history(engine)


def test_a_change_committed_during_a_rebuild_is_left_to_the_next_run(history: History) -> None:
    history.done("a", moment(DAY))
    with history.engine.connect() as late:
        history.submit("a", moment(DAY), late)
        run(history.engine)
        assert changed_days(history.engine, "daily_metrics") == []
        late.commit()
    assert changed_days(history.engine, "daily_metrics") == [DAY]
    run(history.engine)
    assert [row["workouts_cnt"] for row in rows(history.engine, "daily_metrics")] == [2]


def test_a_rolled_back_rebuild_keeps_its_marks(history: History) -> None:
    history.done("a", moment(DAY))
    with history.engine.connect() as connection:
        connection.execute(text("select refresh_daily_metrics(:day, :day)"), {"day": DAY})
        connection.rollback()
    assert changed_days(history.engine, "daily_metrics") == [DAY]
    assert rows(history.engine, "daily_metrics") == []


def test_writers_of_a_day_wait_neither_for_each_other_nor_for_its_rebuild(history: History) -> None:
    workouts = [history.submit("a", moment(DAY, hour)) for hour in range(3)]
    with history.engine.connect() as one, history.engine.connect() as rebuild, history.engine.connect() as other:
        other.execute(text("set local lock_timeout = '2s'"))
        rebuild.execute(text("select refresh_daily_metrics(:day, :day)"), {"day": DAY})
        for connection, workout in ((one, workouts[0]), (other, workouts[1])):
            history.submit("a", moment(DAY), connection)
            connection.execute(FAIL, {"workout": workout})
        for connection in (other, rebuild, one):
            connection.commit()
    run(history.engine)
    [row] = rows(history.engine, "daily_metrics")
    assert (row["pending_cnt"], row["failed_cnt"]) == (3, 2)


def test_readers_see_the_old_day_until_the_rebuild_commits(history: History) -> None:
    history.done("a", moment(DAY), 300.0)
    run(history.engine)
    before = {mart: rows(history.engine, mart, leave_out=()) for mart in ("daily_metrics", "leaderboard_daily")}
    history.done("b", moment(DAY), 500.0)
    with history.engine.connect() as rebuild:
        for mart, seen in before.items():
            rebuild.execute(text(f"select refresh_{mart}(:day, :day)"), {"day": DAY})
            assert rows(history.engine, mart, leave_out=()) == seen
        rebuild.commit()
    assert [row["done_cnt"] for row in rows(history.engine, "daily_metrics")] == [2]
    assert len(rows(history.engine, "leaderboard_daily")) == 2


@pytest.mark.parametrize("mart", ["daily_metrics", "leaderboard_daily"])
def test_concurrent_runs_take_turns(history: History, mart: str) -> None:
    days = [DAY + timedelta(days=n) for n in range(10)]
    for day in days:
        for user_id in "abc":
            history.done(user_id, moment(day))
    gate = threading.Barrier(4)

    def rebuild(n: int) -> int:
        gate.wait()
        if n % 2:
            return sum(refresh(history.engine, mart, day) for day in reversed(days))
        return refresh(history.engine, mart, days[0], days[-1])

    with ThreadPoolExecutor(4) as pool:
        built = set(pool.map(rebuild, range(4)))
    assert built == {10 if mart == "daily_metrics" else 30}
    together = rows(history.engine, mart)
    refresh(history.engine, mart, days[0], days[-1])
    assert rows(history.engine, mart) == together


def test_workouts_accepted_during_builds_are_all_counted(always_thinned: History) -> None:
    """Many writers, a continuous builder, and marks that are thinned out by every statement."""
    history = always_thinned
    members = [f"u{n}" for n in range(4)]
    for user_id in members:
        history.member(user_id)
    writing = threading.Event()

    def write(user_id: str) -> None:
        for n in range(40):
            history.done(user_id, moment(DAY + timedelta(days=n % 3)), 100.0 + n)

    def build() -> None:
        while not writing.is_set():
            run(history.engine)

    with ThreadPoolExecutor(5) as pool:
        builder = pool.submit(build)
        for writer in [pool.submit(write, user_id) for user_id in members]:
            writer.result(timeout=60)
        writing.set()
        builder.result(timeout=60)
    run(history.engine)
    assert sum(row["done_cnt"] for row in rows(history.engine, "daily_metrics")) == 160
    assert sum(row["workouts_cnt"] for row in rows(history.engine, "leaderboard_daily")) == 160
    assert read(history.engine, "select * from mart_changes") == []


# As in production, but with every statement instead of one in a thousand.
THIN_OUT_ALWAYS = """
    create or replace trigger thin_out_marks after insert on mart_changes
        for each statement execute function thin_out_marks()
"""
THIN_OUT_NOW_AND_THEN = """
    create or replace trigger thin_out_marks after insert on mart_changes
        for each statement when (random() < 0.001) execute function thin_out_marks()
"""


@pytest.fixture
def always_thinned(history: History) -> Iterator[History]:
    history.run(THIN_OUT_ALWAYS)
    yield history
    history.run(THIN_OUT_NOW_AND_THEN)


def marks(engine: Engine) -> list[tuple[str, date]]:
    return sorted((row.mart, row.day) for row in read(engine, "select mart, day from mart_changes"))


def test_thinning_out_keeps_the_set_of_marked_days(always_thinned: History) -> None:
    for day in (DAY, NEXT, DAY, DAY, NEXT):
        always_thinned.done("a", moment(day))
    assert marks(always_thinned.engine) == sorted((mart, day) for mart in MARTS for day in (DAY, NEXT))


def test_marks_do_not_pile_up_without_builds(history: History) -> None:
    history.run("""
        do $$ begin
            for n in 1 .. 20000 loop
                insert into mart_changes values ('daily_metrics', '2026-03-10');
            end loop;
        end $$
    """)
    assert len(marks(history.engine)) < 15_000  # 20,000 in three cases of ten millions


def test_thinning_out_never_waits_and_keeps_marks_that_a_rebuild_has_not_seen(always_thinned: History) -> None:
    engine = always_thinned.engine
    late = always_thinned.submit("a", moment(DAY))
    with engine.connect() as rebuild, engine.connect() as writer:
        writer.execute(text("set local lock_timeout = '2s'"))
        rebuild.execute(text("select refresh_daily_metrics(:day, :day)"), {"day": DAY})
        always_thinned.submit("a", moment(DAY))  # committed while the day is rebuilt: its mark must outlive the rebuild
        writer.execute(FAIL, {"workout": late})  # thins out while the rebuild has taken the oldest mark
        rebuild.commit()
        writer.commit()
    run(engine)
    [row] = rows(engine, "daily_metrics")
    assert (row["pending_cnt"], row["failed_cnt"]) == (1, 1)


def test_a_rebuild_does_not_wait_for_thinning_out(always_thinned: History) -> None:
    engine = always_thinned.engine
    for _ in range(3):
        always_thinned.submit("a", moment(DAY))
    with engine.connect() as writer, engine.connect() as rebuild:
        always_thinned.submit("a", moment(DAY), writer)  # holds the marks that it thinned out
        rebuild.execute(text("set local lock_timeout = '2s'"))
        rebuild.execute(text("select refresh_daily_metrics(:day, :day)"), {"day": DAY})
        rebuild.commit()
        writer.commit()
    assert changed_days(engine, "daily_metrics") == [DAY]
    run(engine)
    assert [row["workouts_cnt"] for row in rows(engine, "daily_metrics")] == [4]
