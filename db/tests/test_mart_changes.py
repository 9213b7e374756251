"""All changed days are rebuilt, and no others."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from histories import ADD_WORKOUT, PLAIN, History, changed_days, fresh_database, moment, read, refresh, rows
from marked_days import DAY, MARTS, NEXT, run, unmarked_history
from sqlalchemy import Engine

NONE: dict[str, list[date]] = {mart: [] for mart in MARTS}
ALL = {mart: [DAY] for mart in MARTS}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        yield engine


@pytest.fixture
def history(engine: Engine) -> History:
    return unmarked_history(engine)


def changed(engine: Engine) -> dict[str, list[date]]:
    return {mart: changed_days(engine, mart) for mart in MARTS}


def built_at(engine: Engine, mart: str) -> dict[date, object]:
    return {row["day"]: row["created_at"] for row in rows(engine, mart, leave_out=())}


def test_a_new_workout_marks_daily_metrics_and_its_score_every_mart(history: History) -> None:
    workout = history.submit("a", moment(DAY))
    assert changed(history.engine) == {"daily_metrics": [DAY], "leaderboard_daily": [], "feature_drift_daily": []}
    run(history.engine)
    history.score(workout)
    assert changed(history.engine) == ALL
    assert run(history.engine) == dict.fromkeys(MARTS, 1)
    assert run(history.engine) == dict.fromkeys(MARTS, 0)


def test_a_late_score_marks_only_its_day(history: History) -> None:
    days = [DAY + timedelta(days=n) for n in range(5)]
    late = [history.submit("late", moment(day)) for day in days]
    for day in days:
        history.done("a", moment(day))
    run(history.engine)
    before = {mart: built_at(history.engine, mart) for mart in ("daily_metrics", "leaderboard_daily")}
    history.score(late[2], 700.0)
    run(history.engine)
    for mart, moments in before.items():
        after = built_at(history.engine, mart)
        assert {day for day in days if after[day] != moments[day]} == {days[2]}
    done = {row["day"]: row["done_cnt"] for row in rows(history.engine, "daily_metrics")}
    assert done == {day: 2 if day == days[2] else 1 for day in days}


def test_a_claim_without_a_score_marks_no_day(history: History) -> None:
    history.submit("a", moment(DAY))
    run(history.engine)
    history.run("update predictions set attempts = attempts + 1, claimed_at = now()")
    assert changed(history.engine) == NONE


def test_failures_reviews_and_erasures_mark_the_day(history: History) -> None:
    workout = history.submit("a", moment(DAY))
    held = history.done("b", moment(DAY), points=0, holds="overlap")
    run(history.engine)
    history.fail(workout)
    assert changed(history.engine) == ALL
    run(history.engine)
    history.score(held, points=30)
    assert changed(history.engine) == ALL
    run(history.engine)
    history.run("delete from predictions where workout_id = :workout", workout=workout)
    history.run("delete from workouts where id = :workout", workout=workout)
    assert changed(history.engine) == ALL
    run(history.engine)
    assert [row["workouts_cnt"] for row in rows(history.engine, "daily_metrics")] == [1]


def test_a_moved_workout_marks_its_old_and_new_day(history: History) -> None:
    workout = history.done("a", moment(DAY))
    run(history.engine)
    history.run("update workouts set local_day = :day where id = :workout", workout=workout, day=NEXT)
    assert changed(history.engine) == {mart: [DAY, NEXT] for mart in MARTS}


def test_the_next_run_removes_members_who_opted_out_or_were_erased(history: History) -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    for user_id, calories in {"a": 500.0, "b": 400.0, "c": 300.0}.items():
        for day in days[: 3 if user_id == "a" else 4]:
            history.done(user_id, moment(day), calories)
    run(history.engine)
    a, b = history.members["a"], history.members["b"]
    history.run("update users set leaderboard_opt_out = true where id = :id", id=a)
    assert changed(history.engine) == {
        "daily_metrics": [], "leaderboard_daily": days[:3], "feature_drift_daily": [],
    }  # fmt: skip
    history.run("delete from predictions where workout_id in (select id from workouts where member_id = :id)", id=b)
    history.run("delete from workouts where member_id = :id", id=b)
    run(history.engine)
    left = {(row["day"], row["user_id"], row["rank"]) for row in rows(history.engine, "leaderboard_daily")}
    assert left == {(day, "c", 1) for day in days}
    history.run("update users set leaderboard_opt_out = false where id = :id", id=a)
    run(history.engine)
    assert sum(row["user_id"] == "a" for row in rows(history.engine, "leaderboard_daily")) == 3


def test_a_new_user_id_marks_days_and_a_profile_change_does_not(history: History) -> None:
    history.done("a", moment(DAY))
    run(history.engine)
    history.run("update users set weight_kg = 70, display_name = 'Anna', leaderboard_opt_out = false")
    assert changed(history.engine) == NONE
    history.run("update users set user_id = 'new' where id = :id", id=history.members["a"])
    run(history.engine)
    assert [row["user_id"] for row in rows(history.engine, "leaderboard_daily")] == ["new"]


def test_the_services_role_leaves_marks_that_it_cannot_remove(history: History) -> None:
    member = history.member("a")
    with history.engine.begin() as connection:
        connection.exec_driver_sql("set local role fitburn_app")
        connection.execute(ADD_WORKOUT, PLAIN | {"club": history.club, "member": member, "ts": moment(DAY)})
    assert changed_days(history.engine, "daily_metrics") == [DAY]
    allowed = "select has_table_privilege('fitburn_app', 'mart_changes', 'select, insert, update, delete')"
    assert read(history.engine, allowed)[0][0] is False


def test_a_run_records_its_end_even_without_changes(history: History) -> None:
    history.done("a", moment(DAY))
    history.done("a", moment(NEXT))
    finished = []
    for days in (2, 0):
        run(history.engine)
        found = read(history.engine, "select mart, days, finished_at from mart_runs")
        assert {(row.mart, row.days) for row in found} == {(mart, days) for mart in MARTS}
        finished.append(min(row.finished_at for row in found))
    assert finished[1] > finished[0]


def test_a_rebuild_of_a_range_does_not_count_as_a_run(history: History) -> None:
    history.done("a", moment(DAY))
    refresh(history.engine, "daily_metrics", NEXT)
    assert read(history.engine, "select * from mart_runs") == []
    assert changed_days(history.engine, "daily_metrics") == [DAY]
