"""The marts follow from the workouts: counts, means, ranks, days."""

import random
import statistics
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from chance import examples
from histories import History, fresh_database, moment, read, refresh, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

DAY = date(2026, 3, 10)
MARTS = ("daily_metrics", "leaderboard_daily")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        yield engine


@pytest.fixture
def history(engine: Engine) -> History:
    """A new club, without workouts and marts of earlier tests."""
    with engine.begin() as connection:
        connection.exec_driver_sql("truncate workouts, predictions, mart_changes, mart_runs")
        connection.exec_driver_sql("truncate daily_metrics, hourly_metrics, leaderboard_daily, feature_drift_daily")
    return History(engine)


def places(engine: Engine, day: date = DAY) -> list[tuple[int, str, float, int]]:
    query = "select rank, user_id, total_calories, workouts_cnt from leaderboard_daily where day = :day order by 1, 2"
    return [(row.rank, row.user_id, row.total_calories, row.workouts_cnt) for row in read(engine, query, day=day)]


def test_a_day_counts_each_status_and_averages_scored_workouts(history: History) -> None:
    history.done("a", moment(DAY, 8), 300.0, points=30, latency_sec=1.0)
    history.done("a", moment(DAY, 9), 400.0, points=40, latency_sec=2.0)
    history.done("b", moment(DAY, 9.9), 800.04, points=0, latency_sec=6.0, holds="overlap")
    history.fail(history.submit("c", moment(DAY, 20)))
    history.submit("d", moment(DAY, 21))
    assert refresh(history.engine, "daily_metrics", DAY) == 1
    [row] = rows(history.engine, "daily_metrics")
    assert row == {
        "day": DAY, "club_id": history.club, "club": history.slug, "workouts_cnt": 5, "done_cnt": 3, "failed_cnt": 1,
        "pending_cnt": 1, "avg_calories": 500.013, "median_calories": 400.0, "avg_latency_sec": 3.0,
        "p95_latency_sec": pytest.approx(5.6), "active_users": 2, "total_calories": 1500.0, "points_awarded": 70,
    }  # fmt: skip
    hours = [(row["hour"], row["workouts_cnt"], row["active_users"]) for row in rows(history.engine, "hourly_metrics")]
    assert sorted(hours) == [(8, 1, 1), (9, 2, 2), (20, 1, 0), (21, 1, 0)]


def test_a_day_without_scores_has_null_means(history: History) -> None:
    history.submit("a", moment(DAY))
    refresh(history.engine, "daily_metrics", DAY)
    [row] = rows(history.engine, "daily_metrics")
    means = [row[name] for name in ("avg_calories", "median_calories", "avg_latency_sec", "p95_latency_sec")]
    assert (means, row["total_calories"], row["active_users"]) == ([None] * 4, 0.0, 0)
    assert refresh(history.engine, "leaderboard_daily", DAY) == 0


def test_days_and_hours_are_those_of_each_club(history: History) -> None:
    zones = {"Europe/Moscow": (date(2026, 3, 11), 0), "America/Los_Angeles": (DAY, 14), "UTC": (DAY, 21)}
    clubs = {zone: History(history.engine, zone) for zone in zones}
    for club in clubs.values():
        club.done("a", moment(DAY, 21.5))
    refresh(history.engine, "daily_metrics", DAY, DAY + timedelta(days=1))
    found = {row["club_id"]: (row["day"], row["hour"]) for row in rows(history.engine, "hourly_metrics")}
    assert found == {clubs[zone].club: expected for zone, expected in zones.items()}


def test_half_past_eleven_in_moscow_counts_on_its_moscow_day(history: History) -> None:
    moscow = History(history.engine, "Europe/Moscow")
    moscow.done("a", moment(DAY, 20.5), 300.0)
    moscow.done("a", moment(DAY, 21.5), 500.0)
    for mart in MARTS:
        refresh(history.engine, mart, DAY - timedelta(days=1), DAY + timedelta(days=2))
    next_day = DAY + timedelta(days=1)
    days = {row["day"]: row["total_calories"] for row in rows(history.engine, "daily_metrics")}
    assert days == {DAY: 300.0, next_day: 500.0}
    assert (places(history.engine), places(history.engine, next_day)) == ([(1, "a", 300, 1)], [(1, "a", 500, 1)])


def test_equal_totals_share_a_rank_and_the_next_is_skipped(history: History) -> None:
    for user_id, calories in {"a": 0.1, "b": 300.0, "c": 500.0, "d": 299.96, "e": 300.04}.items():
        history.done(user_id, moment(DAY), calories)
    # 0.1 + 0.1 + 0.1 is 0.3 here, unlike in a sum of floats.
    for hour in (14, 16):
        history.done("a", moment(DAY, hour), 0.1)
    history.done("f", moment(DAY), 0.3)
    refresh(history.engine, "leaderboard_daily", DAY)
    expected = [(1, "c", 500.0, 1), (2, "b", 300.0, 1), (2, "d", 300.0, 1), (2, "e", 300.0, 1)]
    assert places(history.engine) == [*expected, (5, "a", 0.3, 3), (5, "f", 0.3, 1)]


def test_held_workouts_have_no_rank_until_approved(history: History) -> None:
    held = history.done("a", moment(DAY), 900.0, points=0, holds="overlap")
    history.done("b", moment(DAY), 300.0)
    refresh(history.engine, "leaderboard_daily", DAY)
    assert places(history.engine) == [(1, "b", 300.0, 1)]
    history.score(held, 900.0, points=90)
    refresh(history.engine, "leaderboard_daily", DAY)
    assert places(history.engine) == [(1, "a", 900.0, 1), (2, "b", 300.0, 1)]


def test_each_club_has_a_separate_board(history: History) -> None:
    other = History(history.engine)
    history.done("a", moment(DAY), 300.0)
    other.done("a", moment(DAY), 200.0)
    refresh(history.engine, "leaderboard_daily", DAY)
    assert {row["club"]: row["rank"] for row in rows(history.engine, "leaderboard_daily")} == {
        history.slug: 1,
        other.slug: 1,
    }


workout = st.tuples(
    st.sampled_from("abcd"),
    st.floats(0.5, 3000, allow_nan=False),
    st.floats(0.001, 90, allow_nan=False),
    st.sampled_from(["done", "done", "done", "failed", "pending"]),
)


@settings(max_examples=examples(30))
@given(st.lists(workout, min_size=1, max_size=25))
def test_a_day_equals_a_computation_in_python(engine: Engine, workouts: list[tuple[str, float, float, str]]) -> None:
    club = History(engine)
    for user_id, calories, latency, status in workouts:
        one = club.submit(user_id, moment(DAY))
        if status == "done":
            club.score(one, calories, int(calories / 10), latency)
        elif status == "failed":
            club.fail(one)
    refresh(engine, "daily_metrics", DAY)
    [row] = [row for row in rows(engine, "daily_metrics") if row["club_id"] == club.club]
    done = [one for one in workouts if one[3] == "done"]
    assert (row["workouts_cnt"], row["done_cnt"]) == (len(workouts), len(done))
    assert row["points_awarded"] == sum(int(one[1] / 10) for one in done)
    assert row["active_users"] == len({one[0] for one in done})
    assert row["total_calories"] == pytest.approx(sum(one[1] for one in done), abs=0.0501)
    if done:
        assert row["avg_calories"] == pytest.approx(statistics.mean(one[1] for one in done), abs=0.000501)
        assert row["median_calories"] == pytest.approx(statistics.median(one[1] for one in done))
        assert row["avg_latency_sec"] == pytest.approx(statistics.mean(one[2] for one in done), abs=2e-6)
        assert row["p95_latency_sec"] == pytest.approx(percentile([one[2] for one in done], 0.95), abs=2e-6)


def percentile(values: list[float], share: float) -> float:
    """Interpolated, as SQL's percentile_cont."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def add_month(history: History) -> list[date]:
    """Thirty days of workouts in two clubs in distant time zones."""
    draw = random.Random(7)
    for club in (history, History(history.engine, "Pacific/Auckland")):
        for _ in range(250):
            ts = moment(DAY + timedelta(days=draw.randrange(29)), draw.uniform(0, 24))
            one = club.submit(draw.choice("abcdefgh"), ts)
            fate = draw.random()
            if fate < 0.9:
                club.score(one, draw.uniform(50, 900), draw.randrange(90), draw.uniform(0.01, 3))
            elif fate < 0.95:
                club.fail(one)
    return [DAY + timedelta(days=n) for n in range(30)]


def test_thirty_daily_runs_equal_one_run_of_thirty_days_and_a_rerun(history: History) -> None:
    days = add_month(history)
    tables = (*MARTS, "hourly_metrics")
    for mart in MARTS:
        for day in random.Random(1).sample(days, len(days)):
            refresh(history.engine, mart, day)
    one_by_one = {table: rows(history.engine, table) for table in tables}
    for _ in range(2):
        for mart in MARTS:
            assert refresh(history.engine, mart, days[0], days[-1]) == len(one_by_one[mart])
        assert {table: rows(history.engine, table) for table in tables} == one_by_one
    assert len(one_by_one["daily_metrics"]) > 50 and len(one_by_one["leaderboard_daily"]) > 200


def test_a_refresh_touches_only_its_days(history: History) -> None:
    days = add_month(history)
    for mart in MARTS:
        refresh(history.engine, mart, days[0], days[-1])
        before = rows(history.engine, mart, leave_out=())
        refresh(history.engine, mart, days[10], days[12])
        after = rows(history.engine, mart, leave_out=())
        assert {row["day"] for row in after if row not in before} == set(days[10:13])
        assert len(after) == len(before)


def test_rows_without_workouts_are_removed(history: History) -> None:
    history.done("a", moment(DAY))
    for mart in MARTS:
        refresh(history.engine, mart, DAY)
    history.run("delete from predictions")
    history.run("delete from workouts")
    for mart in MARTS:
        assert refresh(history.engine, mart, DAY) == 0
        assert rows(history.engine, mart) == []
    assert rows(history.engine, "hourly_metrics") == []


@pytest.mark.parametrize(
    "call",
    [
        "refresh_daily_metrics('2026-03-02', '2026-03-01')",
        "refresh_leaderboard_daily(null, '2026-03-01')",
        "refresh_feature_drift_daily('2026-03-02', null)",
    ],
)
def test_an_invalid_range_is_refused(engine: Engine, call: str) -> None:
    with pytest.raises(DBAPIError, match=r"cannot refresh .* from"):
        read(engine, f"select {call}")


@pytest.mark.parametrize("call", ["changed_days('daily_metrcs')", "finish_mart_run('hourly_metrics', 1)"])
def test_an_unknown_mart_is_refused(engine: Engine, call: str) -> None:
    with pytest.raises(DBAPIError, match="mart_name"):
        read(engine, f"select {call}")
