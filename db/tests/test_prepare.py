"""`python -m db.prepare` creates the schema, and log-ins with the least rights that their service needs."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from conftest import ROOT
from psycopg2 import errors
from sqlalchemy import make_url

PASSWORDS = {
    "FITBURN_SERVICES_PASSWORD": "services-7",
    "FITBURN_ANALYST_PASSWORD": "analyst-7",
    "FITBURN_GRAFANA_PASSWORD": "grafana-7",
    "FITBURN_AIRFLOW_PASSWORD": "airflow-7",
}


def prepare(url: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, **variables}
    return subprocess.run(
        [sys.executable, "-m", "db.prepare"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def prepared(database_url: str) -> str:
    done = prepare(database_url, **PASSWORDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return database_url


@pytest.fixture
def as_log_in(prepared: str) -> Iterator[Callable[..., object]]:
    """Runs a statement as one of the log-ins, in a separate transaction."""
    opened = []

    def run(name: str, statement: str, *, password: str = "", database: str = "") -> object:
        changes = {"username": f"fitburn_{name}", "password": password or f"{name}-7"}
        url = make_url(prepared).set(**changes, **({"database": database} if database else {}))
        connection = psycopg2.connect(url.render_as_string(hide_password=False))
        opened.append(connection)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone() if cursor.description else None

    yield run
    for connection in opened:
        connection.close()


def test_services_have_the_rights_of_their_role_and_cannot_change_transfers(as_log_in) -> None:
    assert as_log_in("services", "set role fitburn_app; select count(*) >= 0 from workouts") == (True,)
    with pytest.raises(errors.InsufficientPrivilege):
        as_log_in("services", "delete from point_transfers")
    with pytest.raises(errors.InsufficientPrivilege):
        as_log_in("services", "alter table workouts add column more text")


@pytest.mark.parametrize("name", ["analyst", "grafana"])
def test_readers_read_the_marts_and_nothing_else(as_log_in, name: str) -> None:
    assert as_log_in(name, "select count(*) >= 0 from daily_metrics") == (True,)
    with pytest.raises(errors.InsufficientPrivilege):
        as_log_in(name, "select count(*) from users")


def test_airflow_builds_marts_and_never_becomes_the_owner(as_log_in, prepared: str) -> None:
    as_log_in("airflow", "select refresh_daily_metrics(current_date, current_date)")
    as_log_in("airflow", "select finish_mart_run('daily_metrics', 0)")
    with pytest.raises(errors.InsufficientPrivilege):
        as_log_in("airflow", f"set role {make_url(prepared).username}")
    as_log_in("airflow", "create table own (id integer); drop table own", database="airflow")


def test_a_new_password_replaces_the_old_one(as_log_in, prepared: str) -> None:
    assert prepare(prepared, FITBURN_ANALYST_PASSWORD="analyst-8").returncode == 0
    assert as_log_in("analyst", "select 1", password="analyst-8") == (1,)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        as_log_in("analyst", "select 1", password="analyst-7")
    assert prepare(prepared, **PASSWORDS).returncode == 0


def test_production_refuses_local_passwords() -> None:
    nowhere = "postgresql://owner@127.0.0.1:9/fitburn"
    done = prepare(nowhere, FITBURN_ENV="production", FITBURN_GRAFANA_PASSWORD="local-only-grafana")
    assert done.returncode != 0
    assert "FITBURN_GRAFANA_PASSWORD" in done.stderr and "local-only" not in done.stderr


def test_an_owner_without_superuser_rights_can_prepare(prepared: str, empty_database: Callable[[], str]) -> None:
    """As on managed servers, where the roles exist already."""
    url = make_url(empty_database())
    owner = f"owner_{secrets.token_hex(4)}"
    connection = psycopg2.connect(url.render_as_string(hide_password=False))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"create role {owner} login password 'x'")
        cursor.execute(f"alter database {url.database} owner to {owner}")
    done = prepare(url.set(username=owner, password="x").render_as_string(hide_password=False))
    assert done.returncode == 0, done.stderr
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_userbyid(relowner) from pg_class where relname = 'point_transfers'")
        assert cursor.fetchone() == (owner,)
        cursor.execute(f"alter database {url.database} owner to current_user; drop owned by {owner}; drop role {owner}")
    connection.close()
