"""A migrated database and a running API for the session; a club with members and keys of its own for each test."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from gym import Gym
from service import Service
from sqlalchemy import Engine, create_engine, make_url, text
from traces import Traces

from fitburn.database import DRIVER

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A database of this session's own, at the newest revision; dropped at the end."""
    if "TEST_DATABASE_URL" not in os.environ:
        pytest.fail("TEST_DATABASE_URL is not set: run these tests with `make test SUITES=api`.")
    url = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername=DRIVER)
    name = f"api_test_{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
    own = url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    try:
        migrate = [sys.executable, "-m", "alembic", "-c", "db/alembic.ini", "upgrade", "head"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": own}, check=True)
        yield own
    finally:
        with server.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        server.dispose()


@pytest.fixture(scope="session")
def owner(database_url: str) -> Iterator[Engine]:
    """The database as a superuser sees it; each statement is its own transaction."""
    engine = create_engine(make_url(database_url).set(drivername=DRIVER), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def api(database_url: str) -> Iterator[Service]:
    """The API that most tests share: the database is its queue, as on a machine without RabbitMQ."""
    with Service(database_url) as service:
        yield service


@pytest.fixture(scope="session")
def other_api(database_url: str) -> Iterator[Service]:
    """A second process beside `api`, on the same database."""
    with Service(database_url) as service:
        yield service


@pytest.fixture
def start_api(database_url: str) -> Iterator[Callable[..., Service]]:
    """Starts an API with settings of its own, for as long as the test runs."""
    with ExitStack() as services:

        def start(url: str = database_url, **settings: Any) -> Service:
            return services.enter_context(Service(url, **settings))

        yield start


@pytest.fixture
def gym(owner: Engine) -> Gym:
    """A new club, with nobody in it."""
    return Gym(owner)


@pytest.fixture
def traces(owner: Engine) -> Traces:
    """Tells whether anything was written since."""
    return Traces(owner)


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    url = os.environ.get("TEST_RABBITMQ_URL")
    if url:
        return url
    if os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
        pytest.fail("FITBURN_REQUIRE_RABBITMQ=1, but TEST_RABBITMQ_URL is not set.")
    pytest.skip("needs RabbitMQ: install rabbitmq-server, then run `make test`")
