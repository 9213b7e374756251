"""Airflow in the local stack: one program that installs it on first use, prepares its database and keeps it running.

python -m local.airflow              the program, as the process runner starts it
python -m local.airflow dags list    Airflow's command line, in the environment of the stack
"""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from local import bootstrap, interrupts, postgres, services, shell_env
from local.errors import StackError
from local.interrupts import end_with_parent
from local.programs import Program
from local.settings import ROOT, Settings

NAME = "airflow"
USER = PASSWORD = "admin"
AIRFLOW = bootstrap.AIRFLOW_VENV / "bin" / "airflow"
STATE = "state"
STARTING = "is starting"

# What these DAGs need: no triggerer, since no task is deferred, and no server for remote logs. The API server starts
# before the others, because a task that cannot report to it fails.
COMPONENTS = (("api-server",), ("scheduler", "--skip-serve-logs"), ("dag-processor",))

# Airflow yields the CPU to the user and to the services.
NICENESS = 10
RETRY_AFTER_SEC = 60


def program() -> Program:
    return Program(NAME, [sys.executable, "-m", "local.airflow"], ROOT)


def is_ready(url: str) -> bool:
    """Whether the page answers."""
    return services.answers(f"{url}/api/v2/monitor/health")()


def note(folder: Path, state: str) -> None:
    """Writes Airflow's state, or its error, where `make up` and `make ps` read it."""
    (folder / NAME).mkdir(parents=True, exist_ok=True)
    (folder / NAME / STATE).write_text(state)


def state(folder: Path) -> str:
    """Airflow's state, such as "is starting"."""
    file = folder / NAME / STATE
    return file.read_text() if file.exists() else STARTING


def main(arguments: list[str]) -> int:
    settings = Settings.read()
    url = os.environ.get("DATABASE_URL") or shell_env.read(settings.folder).get("DATABASE_URL")
    if not url:
        raise StackError("No database is known. Run `make up` first.")
    home, secret = settings.folder / NAME, settings.fitburn_token_secret
    variables = environment(home, settings.airflow_port, url, metadata_url(url, settings), secret)
    if arguments:
        install()
        os.execve(AIRFLOW, [str(AIRFLOW), *arguments], {**os.environ, **variables})
    return _serve(settings, variables)


def _serve(settings: Settings, variables: Mapping[str, str]) -> int:
    """Runs until a signal, or until an error: then it waits before the process runner retries."""
    interrupts.raise_once()
    os.nice(NICENESS)
    try:
        try:
            if not bootstrap.is_installed(NAME):
                note(settings.folder, f"is being installed into {bootstrap.AIRFLOW_VENV.name}: a minute or a few, once")
            install()
            note(settings.folder, STARTING)
            postgres.ensure_database(*_databases(variables))
            prepare(variables)
            _run(settings, variables)
            raise StackError("stopped, since one of its processes ended.")
        except StackError as error:
            advice = f"See {settings.folder / 'logs' / NAME}.log. All else runs; AIRFLOW=0 make up leaves Airflow out."
            note(settings.folder, f"{error} {advice} The next try is in {RETRY_AFTER_SEC} s.")
            print(f"Airflow {state(settings.folder)}", file=sys.stderr, flush=True)
        time.sleep(RETRY_AFTER_SEC)
    except KeyboardInterrupt:
        return 0
    return 1


def metadata_url(url: str, settings: Settings) -> str:
    """A separate database on the same server. On the user's server its name avoids that of another Airflow."""
    name = f"{_database_of(url)}_airflow" if settings.has_own_database else "airflow"
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _databases(variables: Mapping[str, str]) -> tuple[str, str]:
    """URL of the marts' database, and the name of Airflow's metadata database on the same server."""
    return variables["AIRFLOW_CONN_FITBURN"], _database_of(variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])


def _database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def environment(home: Path, port: int, marts_url: str, metadata: str, secret: str) -> dict[str, str]:
    """Airflow's environment. The DAGs find the marts as the connection `fitburn`."""
    url = f"http://127.0.0.1:{port}"
    tokens = hmac.new(secret.encode(), b"airflow", hashlib.sha512).hexdigest()
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONN_FITBURN": _without_driver(marts_url),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _with_driver(metadata),
        "AIRFLOW_METADATA_URL": _with_driver(metadata),  # the one above is hidden from tasks
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow" / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "airflow" / "plugins"),
        "AIRFLOW__CORE__LAZY_LOAD_PLUGINS": "False",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": tokens,
        "AIRFLOW__API_AUTH__JWT_SECRET": tokens,
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        # Deprecations within Airflow's own dependencies.
        "PYTHONWARNINGS": "ignore",
    }


def _without_driver(url: str) -> str:
    return url.replace("postgresql+psycopg2://", "postgresql://", 1)


def _with_driver(url: str) -> str:
    return _without_driver(url).replace("://", "+psycopg2://", 1)


def install() -> None:
    """Creates Airflow's virtual environment on first use."""
    done = subprocess.run([sys.executable, str(ROOT / "local" / "bootstrap.py"), NAME], check=False)
    if done.returncode != 0:
        raise StackError("could not be installed.")


def prepare(variables: Mapping[str, str]) -> None:
    """Writes the log-in and migrates Airflow's database."""
    home = Path(variables["AIRFLOW_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    passwords = home / "passwords.json"
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps({USER: PASSWORD}))
    done = subprocess.run([AIRFLOW, "db", "migrate"], env={**os.environ, **variables}, check=False)
    if done.returncode != 0:
        raise StackError("could not prepare its database.")


def _run(settings: Settings, variables: Mapping[str, str]) -> None:
    """Keeps the components running. When one ends, or on a signal, stops them all."""

    def start(component: tuple[str, ...]) -> subprocess.Popen[bytes]:
        command = [str(AIRFLOW), *component]
        return subprocess.Popen(command, env={**os.environ, **variables}, preexec_fn=end_with_parent)  # noqa: PLW1509

    server, *others = COMPONENTS
    components = [start(server)]
    try:
        while not is_ready(settings.airflow_url) and components[0].poll() is None:
            time.sleep(0.5)
        components += [start(component) for component in others if components[0].poll() is None]
        note(settings.folder, f"is there: {settings.airflow_url} ({USER} / {PASSWORD})")
        while all(component.poll() is None for component in components):
            time.sleep(1)
    finally:
        with interrupts.undisturbed():
            for component in components:
                component.terminate()
            for component in components:
                component.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except StackError as error:
        sys.exit(str(error))
