"""The scheduler runs the DAGs, as in production: on schedule, and as a backfill over a range of dates."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from patience import until

from conftest import FIRST_DAY, LAST_DAY, Database, airflow
from local import airflow as local_airflow

MARKED = "select day from changed_days('leaderboard_daily') as day where day between %s and %s"
EVERYTHING = ("daily_metrics", "hourly_metrics", "leaderboard_daily", "feature_drift_daily")


@pytest.fixture
def running(marts: Database, airflow_database: Database, tmp_path: Path) -> Iterator[Path]:
    """Start Airflow's processes; return the folder of their logs."""
    processes = []
    for args in local_airflow.COMPONENTS:
        with (tmp_path / f"{args[0]}.log").open("wb") as log:
            command = [str(local_airflow.AIRFLOW), *args]
            processes.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))
    try:
        yield tmp_path
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(condition: Callable[[], bool], logs: Path) -> None:
    """Wait up to ten minutes: a backfill starts a hundred processes, which is slow on busy cores."""

    def tails() -> str:
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in logs.glob("*.log"))

    until(condition, seconds=600, look_again=0.2, tell=tails)


def successes(metadata: Database, dag_id: str, run_type: str) -> int:
    query = "select count(*) filter (where state = 'success'), count(*) filter (where state = 'failed') from dag_run"
    [(succeeded, failed)] = metadata.rows(f"{query} where dag_id = %s and run_type = %s", dag_id, run_type)
    assert not failed, f"a run of {dag_id} failed"
    return int(succeeded)


def test_the_schedule_fills_the_marts_and_a_backfill_equals_one_call(
    marts: Database, airflow_database: Database, running: Path
) -> None:
    # the schedule starts a run for the latest full interval of ten minutes
    wait_until(lambda: successes(airflow_database, "etl_daily_metrics", "scheduled") >= 1, running)
    for follower in ("etl_leaderboard_daily", "etl_feature_drift_daily"):
        wait_until(lambda dag=follower: successes(airflow_database, dag, "asset_triggered") >= 1, running)  # type: ignore[misc]
    built = {name: marts.mart(name) for name in EVERYTHING}
    assert len(built["daily_metrics"]) == 60

    # the followers need not run again: that the days are marked for them is enough
    airflow_database.execute("update dag set is_paused = dag_id <> 'rebuild_daily_metrics'")
    marts.execute("truncate daily_metrics, hourly_metrics")
    dates = ("--from-date", FIRST_DAY, "--to-date", LAST_DAY)
    airflow("backfill", "create", "--dag-id", "rebuild_daily_metrics", *dates, "--max-active-runs", "30")
    wait_until(lambda: successes(airflow_database, "rebuild_daily_metrics", "backfill") == 30, running)
    assert {name: marts.mart(name) for name in EVERYTHING} == built
    assert len(marts.rows(MARKED, FIRST_DAY, LAST_DAY)) == 30

    marts.rows("select refresh_daily_metrics(%s, %s)", FIRST_DAY, LAST_DAY)
    assert {name: marts.mart(name) for name in EVERYTHING} == built
