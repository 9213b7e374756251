"""A migrated database for the session, an empty one for each test, and the private servers that `make test` starts."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gym import Gym
from post import Post
from sqlalchemy import Engine, create_engine, make_url, text

from app.model_loader import Model, load_model
from fitburn.database import DRIVER, make_engine
from fitburn.settings import DatabaseSettings

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"

# As the worker runs: threads of its own for a small matrix cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Not even the owner may remove transfers, unless all triggers are off.
EMPTY = """
set local session_replication_role = replica;
truncate clubs, users, workouts, predictions, point_accounts, point_transfers, point_lots, api_keys, sessions cascade;
"""


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A database of this session's own, at the newest revision; dropped at the end."""
    if "TEST_DATABASE_URL" not in os.environ:
        pytest.fail("TEST_DATABASE_URL is not set: run these tests with `make test SUITES=worker`.")
    url = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername=DRIVER)
    name = f"worker_test_{secrets.token_hex(6)}"
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
def settings(database_url: str) -> DatabaseSettings:
    return DatabaseSettings.model_validate({"database_url": database_url})


@pytest.fixture(scope="session")
def owner(database_url: str) -> Iterator[Engine]:
    """The database as a superuser sees it."""
    engine = create_engine(make_url(database_url).set(drivername=DRIVER))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(settings: DatabaseSettings) -> Iterator[Engine]:
    """The database as the worker sees it."""
    engine = make_engine(settings, "worker-test")
    yield engine
    engine.dispose()


@pytest.fixture
def gym(owner: Engine) -> Gym:
    """The only club of an otherwise empty database."""
    with owner.begin() as connection:
        connection.exec_driver_sql(EMPTY)
    return Gym(owner)


@pytest.fixture(scope="session")
def model() -> Model:
    return load_model(MODELS)


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    url = os.environ.get("TEST_RABBITMQ_URL")
    if url:
        return url
    if os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
        pytest.fail("FITBURN_REQUIRE_RABBITMQ=1, but TEST_RABBITMQ_URL is not set.")
    pytest.skip("needs RabbitMQ: install rabbitmq-server, then run `make test`")


@pytest.fixture
def post(rabbitmq_url: str) -> Iterator[Post]:
    """Empty queues, and a way to look into them."""
    with Post(rabbitmq_url) as post:
        yield post
