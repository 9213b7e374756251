"""A migrated database and a running API per session; a separate club per test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from gym import Gym
from servers import broker_url, migrated_database
from service import Service
from sqlalchemy import Engine, create_engine, make_url
from traces import Traces

from fitburn.database import DRIVER


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A new database at the latest revision; dropped at the end of the session."""
    with migrated_database() as url:
        yield url


@pytest.fixture(scope="session")
def owner(database_url: str) -> Iterator[Engine]:
    """The database as a superuser sees it; each statement is its own transaction."""
    engine = create_engine(make_url(database_url).set(drivername=DRIVER), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def api(database_url: str) -> Iterator[Service]:
    """The API that most tests share. Without RabbitMQ: the database is its queue."""
    with Service(database_url) as service:
        yield service


@pytest.fixture(scope="session")
def other_api(database_url: str) -> Iterator[Service]:
    """A second API process on the same database."""
    with Service(database_url) as service:
        yield service


@pytest.fixture
def start_api(database_url: str) -> Iterator[Callable[..., Service]]:
    """Starts an API with other settings until the end of the test."""
    with ExitStack() as services:

        def start(url: str = database_url, **settings: Any) -> Service:
            return services.enter_context(Service(url, **settings))

        yield start


@pytest.fixture
def gym(owner: Engine) -> Gym:
    """A new club without members."""
    return Gym(owner)


@pytest.fixture
def traces(owner: Engine) -> Traces:
    """Detects writes to the database during the test."""
    return Traces(owner)


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    return broker_url()
