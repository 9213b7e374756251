"""Airflow beside the stack: it starts after everything else, and stops with it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests
from conftest import StackUnderTest
from patience import until
from test_stack import nothing_is_left_of

from local import airflow
from local.bootstrap import python_of
from local.errors import StackError
from local.runner import Runner
from local.settings import ROOT, Settings

FIRST_PAGE_SEC = 240  # with its installation


def log_in(url: str, password: str) -> int:
    login = {"username": "admin", "password": password}
    return requests.post(f"{url}/auth/token", json=login, timeout=60).status_code


def test_airflow_is_not_waited_for_shows_its_page_and_stops_with_the_stack(tmp_path: Path) -> None:
    installed = subprocess.run([sys.executable, ROOT / "local" / "bootstrap.py", airflow.NAME], check=False)
    if installed.returncode != 0:
        pytest.skip("Airflow could not be installed here, see above")
    stack = StackUnderTest(tmp_path, RABBITMQ_URL="", AIRFLOW="1")
    url = f"http://127.0.0.1:{stack.ports['AIRFLOW_PORT']}"
    try:
        assert f"Airflow      {url}" in stack.up()
        assert not airflow.is_ready(url)  # the API answers already
        until(lambda: airflow.is_ready(url), seconds=FIRST_PAGE_SEC, look_again=0.5)
        assert (log_in(url, "admin"), log_in(url, "wrong")) == (201, 401)
        until(lambda: f"Airflow is there: {url}" in stack.run("ps").stdout)
        program = psutil.Process(Runner(stack.folder).process("airflow").pid)
        processes = program.children(recursive=True)
        assert len(processes) >= len(airflow.COMPONENTS)
    finally:
        stack.run("down")
    assert nothing_is_left_of(stack)
    until(lambda: not any(process.is_running() for process in processes))


def test_the_stack_runs_without_airflow_and_ps_explains_what_to_do(tmp_path: Path) -> None:
    broken = {"AIRFLOW__LOGGING__LOGGING_LEVEL": "no such level"}
    stack = StackUnderTest(tmp_path, RABBITMQ_URL="", AIRFLOW="1", **broken)
    try:
        stack.up()
        until(lambda: "could not" in stack.run("ps").stdout, seconds=FIRST_PAGE_SEC)
        state = stack.run("ps").stdout
        assert str(tmp_path / "logs" / "airflow.log") in state and "AIRFLOW=0 make up" in state
        assert "no such level" in (tmp_path / "logs" / "airflow.log").read_text().lower()
        assert requests.get(f"http://127.0.0.1:{stack.ports['API_PORT']}/health", timeout=60).json()["status"] == "ok"
    finally:
        stack.run("down")
    assert nothing_is_left_of(stack)


def test_an_installation_that_fails_is_an_error_of_airflow_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offline, with an empty cache."""
    for file in ("local/bootstrap.py", "airflow/requirements.txt"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    monkeypatch.setattr(airflow, "ROOT", tmp_path)
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(StackError, match="could not be installed"):
        airflow.install()


def test_airflow_is_left_out_when_asked(stack: StackUnderTest) -> None:
    assert re.search(r"Airflow +left out \(AIRFLOW=0\)", stack.run("up").stdout)
    assert "airflow" not in stack.run("ps").stdout


def test_airflow_has_a_separate_database_also_on_a_server_of_the_user() -> None:
    private = Settings.read().model_copy(update={"database_url": None})
    theirs = private.model_copy(update={"database_url": "postgresql://me@elsewhere/gym?sslmode=require"})
    assert airflow.metadata_url("postgresql://me@here/fitburn", private) == "postgresql://me@here/airflow"
    assert theirs.database_url
    assert airflow.metadata_url(theirs.database_url, theirs).endswith("/gym_airflow?sslmode=require")


def test_airflow_lives_apart_from_the_services() -> None:
    assert python_of("airflow") == python_of("airflow-tests") != python_of("runtime")
