"""The structure of the DAGs, without running them."""

import ast
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.settings import ROOT

if TYPE_CHECKING:
    from airflow.sdk import DAG

DAGS = ROOT / "airflow" / "dags"
PLUGINS = ROOT / "airflow" / "plugins"
SHARED = {"marts", "runs"}
MARTS = {
    "etl_daily_metrics",
    "rebuild_daily_metrics",
    "etl_leaderboard_daily",
    "etl_feature_drift_daily",
    "etl_points_liability_daily",
}
EXPIRY = {"expire_points", "expire_redemptions"}
HOUSEKEEPING = "airflow_housekeeping"
IDS = MARTS | EXPIRY | {"evaluate_challenges"}


def test_importing_the_dags_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.dagbag import DagBag

    with socket.create_server(("127.0.0.1", 0)) as server:
        address = "postgresql://nobody@{}:{}/nothing".format(*server.getsockname())
        monkeypatch.setenv("AIRFLOW_CONN_FITBURN", address)
        for module in (*SHARED, *(file.stem for file in DAGS.glob("*.py"))):
            sys.modules.pop(module, None)
        bag = DagBag(DAGS)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not bag.import_errors
    assert set(bag.dags) == IDS | {HOUSEKEEPING}


CODE = sorted([*DAGS.glob("*.py"), *(PLUGINS / f"{name}.py" for name in SHARED)])


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.name)
def test_dags_and_their_shared_modules_import_airflow_and_the_standard_library_only(file: Path) -> None:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    names = [
        name
        for node in tree
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names])
    ]
    roots = {name.split(".")[0] for name in names}
    assert roots <= {"airflow", *SHARED, *sys.stdlib_module_names}


def test_dag_files_do_not_extend_the_path() -> None:
    assert not [file.name for file in DAGS.glob("*.py") if "sys.path" in file.read_text(encoding="utf-8")]


def test_the_airflow_folder_does_not_shadow_the_package() -> None:
    assert not (ROOT / "airflow" / "__init__.py").exists()


@pytest.mark.parametrize("dag_id", sorted(IDS | {HOUSEKEEPING}))
def test_a_dag_runs_once_at_a_time_without_catch_up_and_retries_with_back_off(
    dags: "dict[str, DAG]", dag_id: str
) -> None:
    dag = dags[dag_id]
    assert dag.max_active_runs == 1
    assert not dag.catchup
    assert dag.is_paused_upon_creation is False
    assert all(task.retries == 3 and task.retry_exponential_backoff for task in dag.tasks)
    assert all(task.retry_delay >= timedelta(seconds=5) for task in dag.tasks)


@pytest.mark.parametrize("dag_id", sorted(MARTS))
def test_the_asset_follows_all_checks_which_follow_the_refresh(dags: "dict[str, DAG]", dag_id: str) -> None:
    dag = dags[dag_id]
    checks = {"check_columns", "check_rows", "check_against_source"}
    assert set(dag.task_ids) == {"find_days", "refresh", "announce"} | checks
    assert dag.get_task("refresh").downstream_task_ids == checks
    assert dag.get_task("announce").upstream_task_ids == {"find_days"} | checks
    assert [task.task_id for task in dag.tasks if task.outlets] == ["announce"]


def test_data_intervals_have_no_gap(dags: "dict[str, DAG]") -> None:
    import pendulum
    from airflow.serialization.encoders import coerce_to_core_timetable

    for dag_id, length in (("etl_daily_metrics", timedelta(minutes=10)), ("rebuild_daily_metrics", timedelta(days=1))):
        timetable = coerce_to_core_timetable(dags[dag_id].timetable)
        interval = timetable.infer_manual_data_interval(run_after=pendulum.datetime(2026, 1, 5))
        assert (interval.start, interval.end) == (pendulum.datetime(2026, 1, 5) - length, pendulum.datetime(2026, 1, 5))


@pytest.mark.parametrize("dag_id", ["etl_leaderboard_daily", "etl_feature_drift_daily"])
def test_daily_metrics_triggers_the_marts_that_follow_it(dags: "dict[str, DAG]", dag_id: str) -> None:
    [outlet] = dags["etl_daily_metrics"].get_task("announce").outlets
    assert list(dags[dag_id].timetable.asset_condition.objects) == [outlet]
