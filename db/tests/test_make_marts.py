"""`make marts` builds changed days; a day that would be wrong is reported and keeps its rows."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import ROOT
from histories import History, changed_days, fresh_database, moment, read, rows
from sqlalchemy import Engine

DAY = date(2026, 3, 10)
DAYS = [DAY + timedelta(days=n) for n in range(3)]
MartsCommand = Callable[..., subprocess.CompletedProcess[str]]

# Writes half of the kcal on one day and removes the first rank on another.
BROKEN = """
    alter function refresh_daily_metrics(date, date) rename to right_metrics;
    create function refresh_daily_metrics(from_day date, to_day date) returns integer language plpgsql as $$
    declare
        built integer := right_metrics(from_day, to_day);
    begin
        update daily_metrics set total_calories = total_calories / 2
        where day = '2026-03-11' and day between from_day and to_day;
        return built;
    end
    $$;
    alter function refresh_leaderboard_daily(date, date) rename to right_board;
    create function refresh_leaderboard_daily(from_day date, to_day date) returns integer language plpgsql as $$
    declare
        built integer := right_board(from_day, to_day);
    begin
        update leaderboard_daily set rank = 0 where day = '2026-03-12' and day between from_day and to_day;
        return built;
    end
    $$
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        yield engine


@pytest.fixture
def history(engine: Engine) -> History:
    history = History(engine)
    for day in DAYS:
        for user_id, calories in {"a": 300.0, "b": 500.0}.items():
            history.done(user_id, moment(day), calories)
    return history


@pytest.fixture
def make_marts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> MartsCommand:
    """The command behind `make marts`."""
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False).replace("+psycopg2", ""))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "db.marts", *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    return run


def seen(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    return {mart: rows(engine, mart, leave_out=()) for mart in ("daily_metrics", "hourly_metrics", "leaderboard_daily")}


def test_a_wrong_day_is_named_and_keeps_its_rows_while_others_are_built(
    history: History, make_marts: MartsCommand
) -> None:
    engine = history.engine
    first = make_marts()
    assert first.returncode == 0, first.stderr
    good, finished = seen(engine), dict(iter(read(engine, "select mart, finished_at from mart_runs")))
    assert len(finished) == 4 and {row["day"] for row in good["daily_metrics"]} == set(DAYS)

    history.run(BROKEN)
    for day in DAYS:
        history.done("c", moment(day), 900.0)
    failed = make_marts()

    assert failed.returncode == 1
    assert "2026-03-11: club" in failed.stderr and "kcal 850 (1700)" in failed.stderr
    assert "2026-03-12: new row" in failed.stderr and "leaderboard_daily" in failed.stderr
    assert "Traceback" not in failed.stderr
    now = seen(engine)
    for mart, wrong in {"daily_metrics": DAYS[1], "hourly_metrics": DAYS[1], "leaderboard_daily": DAYS[2]}.items():
        unchanged = [row for row in now[mart] if row in good[mart]]
        assert {row["day"] for row in unchanged} == {wrong}
        assert [row for row in now[mart] if row["day"] == wrong] == [row for row in good[mart] if row["day"] == wrong]
    assert changed_days(engine, "daily_metrics") == [DAYS[1]]
    runs = dict(iter(read(engine, "select mart, finished_at from mart_runs")))
    assert {mart for mart in runs if runs[mart] == finished[mart]} == {"daily_metrics", "leaderboard_daily"}

    assert make_marts("--from", "2026-03-11").returncode == 1
    assert make_marts("--from", "2026-03-10").returncode == 0
