"""The private PostgreSQL, RabbitMQ and FitBurn on which all designs are measured, as `make up` runs them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kombu
import pika
import psycopg2
from psycopg2.extras import execute_values

from local.driver import DrivenStack
from local.settings import ROOT

FOLDER = ROOT / ".local" / "bench"
"""Kept between runs, because long histories take minutes to create."""
FITBURN_PYTHON = ROOT / ".venv" / "bin" / "python"
"""Services run in an environment without the packages of the bench."""

WORKERS = 2
RUN_PREFIX = "run_"
"""Databases with this prefix last for one run."""


class Stack(DrivenStack):
    """The stack, with databases that last for one run, and persistent connections for queries."""

    def __init__(self) -> None:
        self.prefix = f"{RUN_PREFIX}{os.getpid()}"
        super().__init__(FOLDER, workers=WORKERS, python=str(FITBURN_PYTHON), POSTGRES_DB=f"{self.prefix}_fitburn")
        self._is_up = False
        self._connections: dict[str, Any] = {}

    def up(self) -> str:
        FOLDER.mkdir(parents=True, exist_ok=True)
        # An aborted run may have left messages, and a key for a dropped database.
        shutil.rmtree(FOLDER / "rabbitmq", ignore_errors=True)
        (FOLDER / "env").unlink(missing_ok=True)
        output = super().up()
        self._is_up = True
        if not self.rabbitmq_url:
            self.down()
            sys.exit("RabbitMQ is not installed, and nothing can be compared without it: apt install rabbitmq-server")
        self.drop_databases("run_", but=self.prefix)
        return output

    def down(self) -> None:
        if self._is_up:
            for service in (*self.worker_names, "api"):
                self.stop(service)
            self._disconnect()
            self.drop_databases("run_")
            self._disconnect()
        super().down()

    def _disconnect(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    @property
    def worker_names(self) -> list[str]:
        return [f"worker-{n}" for n in range(1, WORKERS + 1)]

    def _url_of(self, database: str) -> str:
        """URL of another database on the same server."""
        return urlsplit(self.database_url)._replace(path=f"/{database}").geturl()

    def has_database(self, name: str) -> bool:
        return bool(self.sql("select 1 from pg_database where datname = %s", [name]))

    def make_database(self, name: str) -> str:
        """URL of an empty database with FitBurn's schema."""
        if not self.has_database(name):
            self.sql(f"create database {name}")
        self.succeed("migrate", DATABASE_URL=self._url_of(name))
        return self._url_of(name)

    def make_key(self, database_url: str) -> str:
        command = ("manage", "key", "--club", "main", "--name", "bench", "--scopes", "workouts:read")
        return self.succeed(*command, DATABASE_URL=database_url).strip()

    def seed(self, database_url: str, *, workouts: int, members: int, days: int) -> None:
        """Seeds a synthetic history; prints its progress."""
        size = [f"--workouts={workouts}", f"--members={members}", f"--days={days}"]
        command = [str(FITBURN_PYTHON), "-m", "db.seed", *size]
        subprocess.run(command, cwd=ROOT, env=self.environment | {"DATABASE_URL": database_url}, check=True)

    def api_program(self, database_url: str, port: int) -> tuple[list[str], Path, dict[str, str]]:
        """Command, folder and environment of a further API, on another database and without a queue."""
        command = [str(FITBURN_PYTHON), "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log"]
        secrets = {"FITBURN_TOKEN_SECRET": "a secret of the bench, for nobody's tokens"}
        return command, ROOT / "api", {"DATABASE_URL": database_url, "RABBITMQ_URL": ""} | secrets

    def sql(self, query: str, values: Any = None, url: str | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query, over a persistent connection: connecting costs the server more than most queries."""
        url = url or self.database_url
        if url not in self._connections:
            self._connections[url] = psycopg2.connect(url)
            self._connections[url].autocommit = True
        with self._connections[url].cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def consumers(self, queue: str) -> int:
        with closing(pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).method.consumer_count)

    def rabbitmq_version(self) -> str:
        with kombu.Connection(self.rabbitmq_url) as connection:
            return str(connection.connect().server_properties["version"])

    def drop_databases(self, prefix: str, but: str | None = None) -> None:
        """Drops the databases whose names begin with `prefix`, except those that begin with `but`."""
        maintenance = self._url_of("postgres")
        for (name,) in self.sql("select datname from pg_database", None, maintenance):
            if name.startswith(prefix) and not (but and name.startswith(but)):
                self.sql(f"drop database {name} with (force)", None, maintenance)


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    """A cursor in autocommit mode."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


@contextmanager
def running_stack() -> Iterator[Stack]:
    stack = Stack()
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


def add_members(url: str, members: list[dict[str, Any]], year: int) -> None:
    """Inserts the members, so that the run measures a usual day of a club and not its first."""
    rows = [(m["user_id"], m["gender"], year - m["age"], m["height_cm"], m["weight_kg"]) for m in members]
    with _connected(url) as cursor:
        cursor.execute("select id from clubs where slug = 'main'")
        [club] = cursor.fetchone()
        template = cursor.mogrify("(%s, ", [club]).decode() + "%s, %s, %s, %s, %s)"
        columns = "club_id, user_id, gender, birth_year, height_cm, weight_kg"
        execute_values(cursor, f"insert into users ({columns}) values %s", rows, template, page_size=5_000)
        cursor.execute("vacuum analyze users, point_accounts")
