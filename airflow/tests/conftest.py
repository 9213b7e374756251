"""A real Airflow on a separate database, and a database with a month of workouts for each test."""

import itertools
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from local import airflow as local_airflow
from local.ports import free_ports
from local.settings import ROOT

if TYPE_CHECKING:
    from airflow.sdk import DAG

SERVER = os.environ.get("TEST_DATABASE_URL", "")
FIRST_DAY, LAST_DAY = "2026-01-01", "2026-01-30"

# Set before any test module imports Airflow, which reads its settings on import.
HOME = tempfile.TemporaryDirectory(prefix="fitburn-airflow-", ignore_cleanup_errors=True)
METADATA = f"test_airflow_{os.getpid()}"


def url_of(database: str) -> str:
    return urlsplit(SERVER)._replace(path=f"/{database}").geturl()


ENVIRONMENT = local_airflow.environment(
    Path(HOME.name), free_ports(1)[0], url_of("nowhere"), url_of(METADATA), "a secret for tests"
) | {"AIRFLOW__CORE__PARALLELISM": "6", "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2"}
os.environ.update(ENVIRONMENT)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore")  # Airflow's libraries warn about each other


@dataclass(frozen=True)
class Database:
    url: str

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall()

    def execute(self, statement: str) -> None:
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def mart(self, name: str) -> list[tuple[Any, ...]]:
        """All rows, sorted, without `created_at`."""
        columns = "select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns"
        [(names,)] = self.rows(f"{columns} where table_name = %s and column_name <> 'created_at'", name)
        return self.rows(f"select {names} from {name} order by {names}")


def create_database(name: str, template: str = "template0") -> None:
    run_on_server(f'create database "{name}" template "{template}"')


def drop_database(name: str) -> None:
    run_on_server(f'drop database if exists "{name}" with (force)')


def run_on_server(statement: str) -> None:
    connection = psycopg2.connect(SERVER)
    connection.autocommit = True  # `create database` cannot run in a transaction
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="session")
def airflow_database() -> Iterator[Database]:
    """Airflow's own database, migrated."""
    create_database(METADATA)
    local_airflow.prepare(ENVIRONMENT)
    yield Database(url_of(METADATA))
    drop_database(METADATA)
    HOME.cleanup()


@pytest.fixture(scope="session")
def month() -> Iterator[str]:
    """Name of a database with the schema and a month of workouts, without marts."""
    name = f"test_month_{os.getpid()}"
    create_database(name)
    database = Database(url_of(name))
    for script in sorted((ROOT / "db" / "init").glob("*.sql")):
        database.execute(script.read_text(encoding="utf-8"))
    database.execute((Path(__file__).parent / "month.sql").read_text(encoding="utf-8"))
    yield name
    drop_database(name)


numbers = itertools.count()


@pytest.fixture
def marts(month: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy of the month; DAGs that run in this process use it as the connection `fitburn`."""
    name = f"{month}_{next(numbers)}"
    create_database(name, template=month)
    monkeypatch.setenv("AIRFLOW_CONN_FITBURN", url_of(name))
    yield Database(url_of(name))
    drop_database(name)


@pytest.fixture(scope="session")
def dags() -> "dict[str, DAG]":
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(ENVIRONMENT["AIRFLOW__CORE__DAGS_FOLDER"])
    assert not bag.import_errors
    return bag.dags


def airflow(*args: str, **variables: str) -> str:
    """Run Airflow's command line; return its output."""
    command = [local_airflow.AIRFLOW, *args]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
