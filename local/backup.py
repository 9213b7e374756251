"""Backup and restore of one database, with PostgreSQL's own programs.

    python -m local.backup dump [FILE]
    python -m local.backup restore FILE

Works on DATABASE_URL, else on the stack of `make up`, else on that of `docker compose` on this machine: always as the
database's owner. A backup is pg_dump's custom format, consistent as of one moment, taken while everything runs.

A restore fills a new database beside the old one, brings it to the newest schema, and only then lets the two change
places. The old one is kept under another name, so nothing is ever lost by a restore, and a failed one changes nothing.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from local import postgres, services, shell_env
from local.errors import StackError
from local.report import say, step
from local.settings import ROOT, Settings

FOLDER = ROOT / "backups"
MAINTENANCE = "postgres"
"""The database from which others are made and renamed."""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.backup", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    dump_ = commands.add_parser("dump", help="write a backup")
    dump_.add_argument("file", nargs="?", type=Path, help="where to (backups/<database>-<time>.dump)")
    dump_.set_defaults(command=dump)
    restore_ = commands.add_parser("restore", help="put a backup in the place of the database")
    restore_.add_argument("file", type=Path)
    restore_.set_defaults(command=restore)
    asked = parser.parse_args(words)
    try:
        asked.command(owner_url(Settings.read()), asked.file)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def owner_url(settings: Settings) -> str:
    """The first of the known databases that answers."""
    known = [
        os.environ.get("DATABASE_URL"),
        shell_env.read(settings.folder).get("DATABASE_URL"),
        settings.private_database_url,  # containers publish theirs at the same place
    ]
    for url in dict.fromkeys(url for url in known if url):
        if postgres.is_ready(url):
            return url.replace("postgresql+psycopg2://", "postgresql://", 1)
        if url == os.environ.get("DATABASE_URL"):
            break  # whoever names a database means that one
    raise StackError("No database answers. Run `make up` or `docker compose up`, or set DATABASE_URL to one that runs.")


def dump(url: str, file: Path | None) -> Path:
    """Writes the backup and gives its place; an unfinished one never gets the final name."""
    file = file or FOLDER / f"{database_of(url)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    with step(f"backup of {database_of(url)} into {file}"):
        run("pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}", url=url)
        unfinished.chmod(0o600)  # it holds what people have entrusted to the club
        unfinished.rename(file)
    say(f"{file.stat().st_size / 1e6:.1f} MB. `make restore FILE={file}` puts it back.")
    return file


def restore(url: str, file: Path) -> None:
    """The database becomes what the file holds; what it was is kept as <name>_before_<time>."""
    if not file.is_file():
        raise StackError(f"There is no backup {file}.")
    name = database_of(url)
    now = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    incoming, outgoing = f"{name}_incoming_{now}", f"{name}_before_{now}"
    maintenance = psycopg2.connect(at(url, MAINTENANCE))
    maintenance.autocommit = True
    try:
        statement(maintenance, "create database {}", incoming)
        try:
            with step(f"{file} into a new database"):
                run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={incoming}", str(file), url=url)
            with step("the newest schema"):
                services.migrate({**os.environ, "DATABASE_URL": at(url, incoming)})
                with psycopg2.connect(at(url, incoming)) as connection:
                    connection.cursor().execute("analyze")
                connection.close()
            with step("the change of places"):
                swap(maintenance, name, incoming, outgoing)
        except BaseException:
            statement(maintenance, "drop database if exists {} with (force)", incoming)
            raise
    finally:
        maintenance.close()
    say(f"Restored. The database as it was is kept as {outgoing}; when you are sure: drop database {outgoing}")


def swap(maintenance: Connection, name: str, incoming: str, outgoing: str) -> None:
    """Services lose their connections for a moment and find the new database when they reconnect."""
    statement(maintenance, "alter database {} allow_connections false", name)
    try:
        with maintenance.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [name])
        statement(maintenance, "alter database {} rename to {}", name, outgoing)
    except BaseException:
        statement(maintenance, "alter database {} allow_connections true", name)
        raise
    try:
        statement(maintenance, "alter database {} rename to {}", incoming, name)
    except BaseException:
        statement(maintenance, "alter database {} rename to {}", outgoing, name)
        statement(maintenance, "alter database {} allow_connections true", name)
        raise
    statement(maintenance, "alter database {} allow_connections true", outgoing)


def statement(connection: Connection, text: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def run(program: str, *arguments: str, url: str) -> None:
    """One of PostgreSQL's programs; the password goes through its environment, where no list of processes shows it."""
    parts = urlsplit(url)
    variables = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": database_of(url),
    }
    environment = {**os.environ, **{name: value for name, value in variables.items() if value}}
    command = [str(postgres.binaries() / program), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(f"{program} failed:\n{done.stderr.strip()}")


def at(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
