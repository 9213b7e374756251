"""Backup and restore on the test server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest

from db import backup
from db.rules import broken_rules
from local.postgres import binaries

ROOT = Path(__file__).resolve().parents[2]
TABLES = "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
DATABASES = "select datname from pg_database where datname like %s"


def rows(url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall()
    finally:
        connection.close()


def content(url: str) -> dict[str, tuple[Any, ...]]:
    """Number of rows of every table, and a sum over all that is in them."""
    summed = "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {} as t"
    return {table: rows(url, summed.format(table))[0] for (table,) in rows(url, TABLES)}


@pytest.fixture(scope="module", autouse=True)
def postgres_programs() -> Iterator[None]:
    """pg_dump and pg_restore of the server's version, as `make backup` finds them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(binaries()), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def server() -> str:
    return os.environ["TEST_DATABASE_URL"]


@pytest.fixture(scope="module")
def migrated(server: str) -> Iterator[str]:
    """The database of a new stack."""
    with database(server) as url:
        backup.migrate(url)
        yield url


@pytest.fixture(scope="module")
def seeded(server: str, migrated: str) -> Iterator[str]:
    """The database of a club with a history."""
    words = "--members 20 --days 20 --workouts 200 --until 2026-10-01T12:00:00Z".split()
    with database(server, copy_of=migrated) as url:
        variables = {**os.environ, "DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "db.seed", *words], cwd=ROOT, env=variables, check=True)
        yield url


@pytest.fixture
def empty(server: str, migrated: str) -> Iterator[str]:
    with database(server, copy_of=migrated) as url:
        yield url


@pytest.fixture
def full(server: str, seeded: str) -> Iterator[str]:
    with database(server, copy_of=seeded) as url:
        yield url


@contextmanager
def database(server: str, copy_of: str | None = None) -> Iterator[str]:
    """A database for one test; databases that a restore adds are dropped with it."""
    name = f"backup_{uuid4().hex[:10]}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    try:
        template = backup.database_of(copy_of) if copy_of else "template1"
        backup.statement(connection, "create database {} template {}", name, template)
        yield backup.at(server, name)
    finally:
        for (left,) in rows(server, DATABASES, f"{name}%"):
            backup.statement(connection, "drop database {} with (force)", left)
        connection.close()


def test_a_backup_restores_the_same_rows_and_balanced_books_into_an_empty_stack(
    full: str, empty: str, tmp_path: Path
) -> None:
    before = content(full)
    assert before["workouts"][0] == 200 and before["point_transfers"][0] > 0
    file = backup.dump(full, tmp_path / "club.dump")
    backup.restore(empty, file)
    assert content(empty) == before
    assert content(full) == before
    assert rows(empty, broken_rules()) == []


def test_a_restore_keeps_the_old_database_and_lets_services_reconnect(full: str, empty: str, tmp_path: Path) -> None:
    file = backup.dump(empty, tmp_path / "empty.dump")
    service = psycopg2.connect(full)  # connected while the database is swapped
    backup.restore(full, file)
    service.close()
    assert rows(full, "select count(*) from workouts") == [(0,)]
    [(kept,)] = rows(full, DATABASES, f"{backup.database_of(full)}\\_before\\_%")
    assert rows(backup.at(full, kept), "select count(*) from workouts") == [(200,)]


def test_restoring_an_invalid_file_changes_nothing(full: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.dump"
    file.write_text("Dear club, …")
    with pytest.raises(backup.BackupError, match="pg_restore failed"):
        backup.restore(full, file)
    assert rows(full, "select count(*) from workouts") == [(200,)]
    assert rows(full, DATABASES, f"{backup.database_of(full)}\\_%") == []


def test_a_restored_database_has_the_same_rights(full: str, empty: str, tmp_path: Path) -> None:
    backup.restore(empty, backup.dump(full, tmp_path / "club.dump"))
    rights = """
        select grantee, table_name, privilege_type from information_schema.role_table_grants
        where grantee in ('fitburn_app', 'analyst', 'grafana') order by 1, 2, 3
    """
    assert rows(empty, rights) == rows(full, rights) != []
