"""Runs of the DAGs on a real PostgreSQL: what they build, and what they leave unchanged after a fault."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import ENVIRONMENT, FIRST_DAY, LAST_DAY, Database, airflow

if TYPE_CHECKING:
    from airflow.sdk import DAG

pytestmark = pytest.mark.usefixtures("airflow_database")

MARTS = ("daily_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily")
METRICS = ("daily_metrics", "hourly_metrics")

# Rebuilds the requested days, with half of the kcal on one of them.
BROKEN_REFRESH = """
    alter function refresh_daily_metrics(date, date) rename to right_refresh;
    create function refresh_daily_metrics(from_day date, to_day date) returns integer language plpgsql as $$
    declare
        built integer := right_refresh(from_day, to_day);
    begin
        update daily_metrics set total_calories = total_calories / 2 where day = '2026-01-05';
        return built;
    end
    $$
"""
MENDED_REFRESH = """
    drop function refresh_daily_metrics(date, date);
    alter function right_refresh(date, date) rename to refresh_daily_metrics
"""

# Spoils a row at the commit of the refresh: after its own check, before the checks of the committed rows.
SPOILT_AT_COMMIT = """
    create function spoil() returns trigger language plpgsql as $$
    begin
        {statement};
        return null;
    end
    $$;
    create constraint trigger spoil after insert on {mart} deferrable initially deferred
        for each row execute function spoil()
"""


def run(dag: "DAG", **params: str) -> dict[str, str]:
    """Run the DAG in this process; return the state of each task, and of the run as `run`."""
    for task in dag.tasks:
        task.retries = 0  # retries are tested elsewhere
    # Set both: in one process the params of a run would leak into the next.
    result = dag.test(run_conf={"from_day": None, "to_day": None} | params)
    return {task.task_id: str(task.state) for task in result.get_task_instances()} | {"run": str(result.state)}


def build_all(marts: Database) -> None:
    for mart in MARTS:
        marts.rows(f"select refresh_{mart}(%s, %s)", FIRST_DAY, LAST_DAY)


def touch(marts: Database, day: str) -> None:
    scored = f"select p.id from predictions as p join workouts as w on w.id = workout_id where local_day = '{day}'"
    marts.execute(f"update predictions set points = 7 where status = 'done' and id in ({scored})")


def test_airflow_dags_test_builds_the_changed_days_as_the_function_does(marts: Database) -> None:
    assert marts.mart("daily_metrics") == []
    airflow("dags", "test", "etl_daily_metrics", AIRFLOW_CONN_FITBURN=marts.url)
    built = {name: marts.mart(name) for name in METRICS}
    assert len(built["daily_metrics"]) == 60
    assert marts.rows("select days from mart_runs where mart = 'daily_metrics'") == [(30,)]
    build_all(marts)
    assert {name: marts.mart(name) for name in METRICS} == built


@pytest.mark.parametrize("mart", MARTS)
def test_each_dag_builds_its_mart(marts: Database, dags: "dict[str, DAG]", mart: str) -> None:
    assert run(dags[f"etl_{mart}"])["run"] == "success"
    built = marts.mart(mart)
    assert built
    assert marts.rows("select count(*) from changed_days(%s)", mart) == [(0,)]
    assert len(marts.rows("select from mart_runs where mart = %s", mart)) == 1
    build_all(marts)
    assert marts.mart(mart) == built


def test_only_changed_days_are_rebuilt(marts: Database, dags: "dict[str, DAG]") -> None:
    build_all(marts)
    before = dict(marts.rows("select distinct day::text, created_at from daily_metrics"))
    touch(marts, "2026-01-10")
    touch(marts, "2026-01-20")
    assert run(dags["etl_daily_metrics"])["run"] == "success"
    after = dict(marts.rows("select distinct day::text, created_at from daily_metrics"))
    assert {day for day in after if after[day] != before[day]} == {"2026-01-10", "2026-01-20"}
    assert run(dags["etl_daily_metrics"])["run"] == "success"
    assert marts.rows("select days from mart_runs where mart = 'daily_metrics'") == [(0,)]


def test_params_rebuild_any_range_and_mark_it_for_the_marts_that_follow(
    marts: Database, dags: "dict[str, DAG]"
) -> None:
    build_all(marts)
    rows = marts.mart("daily_metrics")
    marts.execute("delete from daily_metrics where day between '2026-01-05' and '2026-01-08'")
    assert run(dags["etl_daily_metrics"], from_day="2026-01-05", to_day="2026-01-08")["run"] == "success"
    assert marts.mart("daily_metrics") == rows
    expected = [(f"2026-01-0{n}",) for n in range(5, 9)]
    assert marts.rows("select changed_days('leaderboard_daily')::text") == expected
    assert marts.rows("select changed_days('feature_drift_daily')::text") == expected
    assert marts.rows("select from mart_runs") == []  # only a run over all changed days counts


def test_a_range_that_ends_before_it_begins_is_refused(marts: Database, dags: "dict[str, DAG]") -> None:
    assert run(dags["etl_daily_metrics"], from_day="2026-01-08", to_day="2026-01-05")["find_days"] == "failed"


def test_a_broken_day_fails_the_run_and_the_last_good_rows_stay(marts: Database, dags: "dict[str, DAG]") -> None:
    dag = dags["etl_daily_metrics"]
    assert run(dag)["run"] == "success"
    good, [(finished,)] = marts.mart("daily_metrics"), marts.rows("select finished_at from mart_runs")
    marts.execute(BROKEN_REFRESH)
    touch(marts, "2026-01-05")
    states = run(dag)
    assert (states["refresh"], states["announce"], states["run"]) == ("failed", "upstream_failed", "failed")
    assert marts.mart("daily_metrics") == good
    assert marts.rows("select finished_at from mart_runs") == [(finished,)]
    assert marts.rows("select changed_days('daily_metrics')::text") == [("2026-01-05",)]
    marts.execute(MENDED_REFRESH)
    assert run(dag)["run"] == "success"
    assert marts.rows("select distinct points_awarded % 7 from daily_metrics where day = '2026-01-05'") == [(0,)]


A_SECOND_ROW = """
    insert into leaderboard_daily select new.*
    where 1 = (select count(*) from leaderboard_daily where day = new.day and user_id = new.user_id and club = new.club)
"""
A_SECOND_DAY = """
    insert into points_liability_daily select new.*
    where 1 = (select count(*) from points_liability_daily where day = new.day and club = new.club)
"""
SPOILS = [
    ("daily_metrics", "check_against_source", "update daily_metrics set total_calories = 1 where day = new.day"),
    ("daily_metrics", "check_against_source", "delete from daily_metrics where day = new.day"),
    ("daily_metrics", "check_columns", "update daily_metrics set done_cnt = null where day = new.day"),
    ("daily_metrics", "check_rows", "update daily_metrics set done_cnt = workouts_cnt + 1 where day = new.day"),
    ("leaderboard_daily", "check_against_source", "update leaderboard_daily set rank = rank + 1 where rank > 1"),
    ("leaderboard_daily", "check_rows", A_SECOND_ROW),
    ("leaderboard_daily", "check_rows", "delete from leaderboard_daily where rank = 1"),
    ("feature_drift_daily", "check_against_source", "delete from feature_drift_daily where feature = new.feature"),
    (
        "points_liability_daily",
        "check_against_source",
        "update points_liability_daily set spent = 1 where day = new.day",
    ),
    ("points_liability_daily", "check_columns", "update points_liability_daily set issued = null where day = new.day"),
    ("points_liability_daily", "check_rows", A_SECOND_DAY),
]


@pytest.mark.parametrize(("mart", "check", "statement"), SPOILS, ids=lambda value: value)
def test_a_committed_fault_fails_its_check_and_is_not_announced(
    marts: Database, dags: "dict[str, DAG]", mart: str, check: str, statement: str
) -> None:
    marts.execute(NO_CONSTRAINTS.format(mart=mart) + SPOILT_AT_COMMIT.format(mart=mart, statement=statement))
    states = run(dags[f"etl_{mart}"], from_day="2026-01-06", to_day="2026-01-07")
    assert (states["refresh"], states[check]) == ("success", "failed")
    assert (states["announce"], states["run"]) == ("upstream_failed", "failed")


# The table's constraints would refuse most of these faults.
NO_CONSTRAINTS = """
    do $$
    declare
        name text;
    begin
        for name in select conname from pg_constraint where conrelid = '{mart}'::regclass order by contype <> 'p' loop
            execute format('alter table {mart} drop constraint %I', name);
        end loop;
    end
    $$;
"""


def test_a_day_that_changes_during_a_run_is_left_to_the_next_run(marts: Database, dags: "dict[str, DAG]") -> None:
    a_score = """
        update predictions set status = 'done', calories_pred = 99, model_version = 'test', points = 9,
            processed_at = now()
        where id = (select id from predictions where status = 'pending' limit 1)
    """
    marts.execute(SPOILT_AT_COMMIT.format(mart="hourly_metrics", statement=a_score))
    assert run(dags["etl_daily_metrics"])["run"] == "success"
    assert marts.rows("select count(*) > 0 from changed_days('daily_metrics')") == [(True,)]


def test_old_runs_and_logs_of_airflow_are_removed_and_newer_ones_kept(
    airflow_database: Database, dags: "dict[str, DAG]"
) -> None:
    logs = Path(ENVIRONMENT["AIRFLOW_HOME"], "logs", "dag_id=x", "run_id=y")
    logs.mkdir(parents=True)
    for name, days in {"old.log": 8, "new.log": 6}.items():
        (logs / name).touch()
        os.utime(logs / name, (time.time() - days * 86_400,) * 2)
    for days in (29, 31):
        airflow_database.execute(f"insert into log (dttm, event) values (now() - interval '{days} days', 'x')")
    assert run(dags["airflow_housekeeping"])["run"] == "success"
    assert [file.name for file in logs.iterdir()] == ["new.log"]
    kept = "select extract(day from now() - dttm)::int from log where event = 'x'"
    assert airflow_database.rows(kept) == [(29,)]


def test_points_and_redemptions_that_are_due_expire_and_a_second_run_finds_nothing(
    marts: Database, dags: "dict[str, DAG]"
) -> None:
    marts.execute("""
        update clubs set points_valid_for = '30 days';
        update clubs set points_valid_since = '2020-01-01';
        with noted as (
            insert into audit_log (club_id, actor, action, subject_id, details)
            select own.club_id, 'member:test', 'points.adjusted', own.member_id, jsonb_build_object('points', points)
            from (select * from point_accounts where kind = 'member' order by id limit 1) as own
            cross join (values (70), (30)) as credits (points)
            returning id, subject_id as member_id, (details ->> 'points')::integer as points
        )
        insert into point_transfers (kind, source_id, from_account, to_account, amount, created_at)
        select
            'adjustment', n.id, club.id, own.id, n.points,
            now() - case n.points when 70 then 40 else 0 end * interval '1 day'
        from noted as n
        join point_accounts as own on own.member_id = n.member_id and own.kind = 'member'
        join point_accounts as club on club.club_id = own.club_id and club.kind = 'adjusted';
        insert into rewards (club_id, title_ru, title_en, cost) select id, 'a', 'a', 20 from clubs;
        select redeem(own.member_id, r.id, null)
        from (select * from point_accounts where kind = 'member' order by id limit 1) as own
        join rewards as r on r.club_id = own.club_id;
        update redemptions set expires_at = now();
    """)
    moved = "select kind, sum(amount) from point_transfers where kind like '%expired' group by kind order by kind"
    for _ in range(2):
        for dag_id in ("expire_redemptions", "expire_points"):
            assert str(dags[dag_id].test().state) == "success"
        booked = dict(marts.rows(moved))
        assert booked["redemption_expired"] == 20
        assert booked["points_expired"] >= 70
    assert marts.rows("select sum(points) from points_due(null)") == [(None,)]


SET_UP = """
    insert into challenges (club_id, title_ru, title_en, metric, starts_on, ends_on, goal, bonus_points)
    select id, 'x', 'x', 'workouts', '2026-01-01', '2026-01-30', {goal}, 25 from clubs where slug = 'msk'
"""
PAID = "select count(*), sum(amount) from point_transfers where kind = 'challenge_bonus'"


def test_a_run_pays_once_for_goals_reached_before_the_challenge_was_created(
    marts: Database, dags: "dict[str, DAG]"
) -> None:
    dag = dags["evaluate_challenges"]
    marts.execute("update predictions set credited_min = 30, credited_kcal = 200 where status = 'done'")
    marts.execute(SET_UP.format(goal=100) + ";" + SET_UP.format(goal=100_000))
    for _ in range(2):
        assert run(dag)["run"] == "success"
        assert marts.rows(PAID) == [(6, 150)]
    assert marts.rows("select distinct participants_cnt from challenges") == [(6,)]
    assert marts.rows("select count(*) from challenge_changes") == [(0,)]
    assert run(dags["etl_points_liability_daily"])["run"] == "success"
