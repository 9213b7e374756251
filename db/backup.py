"""Backup and restore of the database of DATABASE_URL, as its owner, with pg_dump and pg_restore from the PATH.

    python -m db.backup dump [FILE]
    python -m db.backup restore FILE

A backup has pg_dump's custom format. It is a consistent snapshot, taken while everything runs.

A restore fills a new database beside the old one, migrates it to the newest schema and then swaps their names. The old
database is kept under another name, so a restore never loses data, and a failed restore changes nothing.
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

from db.connection import database_url

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "backups"
MAINTENANCE = "postgres"
"""The database from which others are created and renamed."""


class BackupError(Exception):
    """The backup or restore failed and changed nothing; the message says why."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m db.backup", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    dump_ = commands.add_parser("dump", help="write a backup")
    dump_.add_argument("file", nargs="?", type=Path, help="where to (backups/<database>-<time>.dump)")
    dump_.set_defaults(command=dump)
    restore_ = commands.add_parser("restore", help="put a backup in the place of the database")
    restore_.add_argument("file", type=Path)
    restore_.set_defaults(command=restore)
    chosen = parser.parse_args(arguments)
    try:
        chosen.command(libpq_url(database_url()), chosen.file)
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def libpq_url(url: str) -> str:
    """Without the driver that SQLAlchemy's URLs may name."""
    return url.replace("postgresql+psycopg2://", "postgresql://", 1)


def dump(url: str, file: Path | None) -> Path:
    """Writes the backup and returns its path. Only a complete one gets the final name."""
    file = file or FOLDER / f"{database_of(url)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    _announce(f"backup of {database_of(url)} into {file}")
    run("pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}", url=url)
    unfinished.chmod(0o600)  # it holds personal data
    unfinished.rename(file)
    print(f"{file.stat().st_size / 1e6:.1f} MB. `make restore FILE={file}` puts it back.")
    return file


def restore(url: str, file: Path) -> None:
    """The database becomes what the file holds; what it was is kept as <name>_before_<time>."""
    if not file.is_file():
        raise BackupError(f"There is no backup {file}.")
    name = database_of(url)
    now = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    incoming, outgoing = f"{name}_incoming_{now}", f"{name}_before_{now}"
    maintenance = psycopg2.connect(at(url, MAINTENANCE))
    maintenance.autocommit = True
    try:
        statement(maintenance, "create database {}", incoming)
        try:
            _announce(f"{file} into a new database")
            run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={incoming}", str(file), url=url)
            _announce("the newest schema")
            migrate(at(url, incoming))
            _announce("the swap of their names")
            swap(maintenance, name, incoming, outgoing)
        except BaseException:
            statement(maintenance, "drop database if exists {} with (force)", incoming)
            raise
    finally:
        maintenance.close()
    print(f"Restored. The database as it was is kept as {outgoing}; when you are sure: drop database {outgoing}")


def migrate(url: str) -> None:
    """Runs the migrations that the restored database lacks and refreshes the planner's statistics."""
    command = [sys.executable, "-m", "alembic", "-c", "db/alembic.ini", "upgrade", "head"]
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"The migrations failed:\n{done.stdout}{done.stderr}")
    with psycopg2.connect(url) as connection:
        connection.cursor().execute("analyze")
    connection.close()


def swap(maintenance: Connection, name: str, incoming: str, outgoing: str) -> None:
    """Swaps the names. Services lose their connections and find the new database when they reconnect."""
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
    """Runs one of PostgreSQL's programs. The password travels in the environment, which process lists do not show."""
    parts = urlsplit(url)
    variables = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": database_of(url),
    }
    environment = {**os.environ, **{name: value for name, value in variables.items() if value}}
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BackupError(f"{program} is not installed. `make backup` and `make restore` bring their own.") from None
    if done.returncode != 0:
        raise BackupError(f"{program} failed:\n{done.stderr.strip()}")


def _announce(stage: str) -> None:
    print(f"  {stage} …", flush=True)


def at(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
