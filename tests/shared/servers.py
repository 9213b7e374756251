"""The private servers that `make test` starts: separate databases on its PostgreSQL, and its RabbitMQ."""

import atexit
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def new_database(template: str = "template1") -> Iterator[str]:
    """URL of an empty database, or of a copy of another one; dropped at the end."""
    name = f"test_{secrets.token_hex(6)}"
    _on_the_server(f"create database {name} template {template}")
    try:
        yield _url_of(name)
    finally:
        _drop(name)


@contextmanager
def migrated_database() -> Iterator[str]:
    """As `new_database`, at the newest revision. Migrated once per run and then copied, which is faster."""
    with new_database(_migrated()) as url:
        yield url


@cache
def _migrated() -> str:
    name = f"test_{secrets.token_hex(6)}"
    _on_the_server(f"create database {name}")
    atexit.register(_drop, name)
    migrate(_url_of(name))
    return name


def migrate(url: str) -> str:
    """Runs `alembic upgrade head` as `make migrate` does; returns its output."""
    command = [sys.executable, "-m", "alembic", "-c", "db/alembic.ini", "upgrade", "head"]
    variables = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def broker_url() -> str:
    """Skips the test without RabbitMQ, or fails it where RabbitMQ is required."""
    url = os.environ.get("TEST_RABBITMQ_URL")
    if url:
        return url
    if os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
        pytest.fail("FITBURN_REQUIRE_RABBITMQ=1, but TEST_RABBITMQ_URL is not set: run these tests with `make test`.")
    pytest.skip("needs RabbitMQ: install rabbitmq-server, then run `make test`")


def _server_url() -> str:
    if "TEST_DATABASE_URL" not in os.environ:
        pytest.fail("TEST_DATABASE_URL is not set: run these tests with `make test`.")
    return os.environ["TEST_DATABASE_URL"]


def _url_of(name: str) -> str:
    return urlsplit(_server_url())._replace(path=f"/{name}").geturl()


def _drop(name: str) -> None:
    _on_the_server(f"drop database {name} with (force)")


def _on_the_server(statement: str) -> None:
    with closing(psycopg2.connect(_server_url())) as connection, connection.cursor() as cursor:
        connection.autocommit = True  # `create database` cannot run in a transaction
        cursor.execute(statement)
