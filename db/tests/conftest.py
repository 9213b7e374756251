"""Databases of this session's own on the PostgreSQL that `make test` starts; all are dropped at the end."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from fitburn.database import DRIVER, make_engine
from fitburn.settings import DatabaseSettings

ROOT = Path(__file__).parents[2]
INIT = ROOT / "db" / "init"


@contextmanager
def new_database() -> Iterator[str]:
    """URL of an empty database."""
    if "TEST_DATABASE_URL" not in os.environ:
        pytest.fail("TEST_DATABASE_URL is not set: run these tests with `make test SUITES=db`.")
    url = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername=DRIVER)
    name = f"db_test_{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        server.dispose()


def upgrade(url: str) -> str:
    """`alembic upgrade head` as `make migrate` runs it; gives what it said."""
    command = [sys.executable, "-m", "alembic", "-c", "db/alembic.ini", "upgrade", "head"]
    variables = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def empty_database() -> Iterator[Callable[[], str]]:
    """Makes empty databases that live as long as the test."""
    with ExitStack() as databases:
        yield lambda: databases.enter_context(new_database())


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database. Tests leave rows in it, of clubs of their own."""
    with new_database() as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
def owner(database_url: str) -> Iterator[Engine]:
    """The database as its owner sees it."""
    engine = create_engine(make_url(database_url).set(drivername=DRIVER))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def app(database_url: str) -> Iterator[Engine]:
    """The database as the services see it: with the role fitburn_app."""
    engine = make_engine(DatabaseSettings.model_validate({"database_url": database_url}), "db-test")
    yield engine
    engine.dispose()
