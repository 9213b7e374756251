"""A migrated database for the session, an empty one for each test, and the private servers that `make test` starts."""

import os
from collections.abc import Iterator
from pathlib import Path

# As in the worker: threads cost more than they save on a small matrix. Set before scikit-learn is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from gym import Gym
from post import Post
from servers import broker_url, migrated_database
from sqlalchemy import Engine, create_engine, make_url

from app.model_loader import Model, load_model
from fitburn.database import DRIVER, make_engine
from fitburn.settings import DatabaseSettings

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"

# Triggers keep even the owner from removing transfers.
EMPTY = """
set local session_replication_role = replica;
truncate clubs, users, workouts, predictions, point_accounts, point_transfers, point_lots, api_keys, sessions cascade;
"""


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A database of this session at the newest revision; dropped at the end."""
    with migrated_database() as url:
        yield url


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
    return broker_url()


@pytest.fixture
def post(rabbitmq_url: str) -> Iterator[Post]:
    """Empty queues, and access to them."""
    with Post(rabbitmq_url) as post:
        yield post
