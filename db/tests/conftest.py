"""Databases of this session on the PostgreSQL that `make test` starts; all are dropped at the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from servers import migrated_database, new_database
from sqlalchemy import Engine, create_engine, make_url

from fitburn.database import DRIVER, make_engine
from fitburn.settings import DatabaseSettings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_database() -> Iterator[Callable[[], str]]:
    """Makes empty databases that live as long as the test."""
    with ExitStack() as databases:
        yield lambda: databases.enter_context(new_database())


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database. Tests leave rows in it, each in separate clubs."""
    with migrated_database() as url:
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
