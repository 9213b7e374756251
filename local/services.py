"""Our services as processes: command, environment, and readiness of each."""

import os
import subprocess
import sys
from collections.abc import Callable

import requests

from local import postgres, shell_env
from local.errors import StackError
from local.ports import LOOPBACK
from local.programs import Program
from local.settings import ROOT, Settings


def environment(settings: Settings, database_url: str, rabbitmq_url: str) -> dict[str, str]:
    """Environment of every service of the stack; extends the user's."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "FITBURN_ENV": settings.fitburn_env,
        "FITBURN_TOKEN_SECRET": settings.fitburn_token_secret,
        "DATABASE_URL": database_url,
        "RABBITMQ_URL": rabbitmq_url,
        "FITBURN_AIRFLOW_URL": settings.airflow_url if settings.airflow else os.environ.get("FITBURN_AIRFLOW_URL", ""),
        "API_PORT": str(settings.api_port),
        "FITBURN_API_URL": settings.api_url,
    }


def api(settings: Settings) -> Program:
    address = ["--host", LOOPBACK, "--port", str(settings.api_port)]
    # Keep idle connections longer than clients and proxies do, so that none picks a connection that is being closed.
    options = ["--no-access-log", "--timeout-keep-alive", "75"]
    command = [sys.executable, "-m", "uvicorn", "app.main:app", *address, *options]
    return Program("api", command, ROOT / "api")


def ui(settings: Settings) -> Program:
    address = ["--host", LOOPBACK, "--port", str(settings.ui_port)]
    command = [sys.executable, "-m", "uvicorn", "app.server:app", *address, "--no-access-log"]
    return Program("ui", command, ROOT / "ui")


def workers(settings: Settings) -> list[Program]:
    command = [sys.executable, "-m", "app.worker"]
    return [
        # One thread per worker: the matrices are small, and more workers are how scoring scales.
        Program(name, command, ROOT / "worker", {"WORKER_METRICS_PORT": str(port), "OMP_NUM_THREADS": "1"})
        for name, port in settings.worker_ports.items()
    ]


def readiness(settings: Settings) -> dict[str, Callable[[], bool]]:
    """Readiness check of each service, by process name."""
    checks = {name: answers(f"http://{LOOPBACK}:{port}/metrics") for name, port in settings.worker_ports.items()}
    pages = answers(f"{settings.ui_url}/_stcore/health")
    return {"api": answers(f"{settings.api_url}/health")} | checks | {"ui": pages}


def answers(url: str) -> Callable[[], bool]:
    def check() -> bool:
        try:
            return requests.get(url, timeout=2).ok
        except requests.RequestException:
            return False

    return check


def migrate(variables: dict[str, str]) -> None:
    """Migrates the database of `DATABASE_URL` to the newest revision."""
    command = [sys.executable, "-m", "alembic", "-c", "db/alembic.ini", "upgrade", "head"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(f"The migrations failed:\n{done.stdout}{done.stderr}")


def make_key(variables: dict[str, str], *, club: str, name: str, scopes: str | None = None) -> str:
    """Creates a partner key, with all scopes by default, and returns it. It cannot be read again later."""
    command = [sys.executable, "-m", "app.manage", "key", "--club", club, "--name", name]
    command += ["--scopes", scopes] if scopes else []
    done = subprocess.run(command, cwd=ROOT / "api", env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(f"No partner key could be made:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def key_is_valid(api_url: str, key: str) -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    return requests.get(f"{api_url}/workouts/recent", headers=headers, params={"limit": "1"}, timeout=10).ok


def make_operator(variables: dict[str, str], *, club: str, email: str, password: str) -> None:
    """Creates an operator account; an existing one keeps its password."""
    command = [sys.executable, "-m", "app.manage", "operator", "--club", club, email]
    done = subprocess.run(
        command, cwd=ROOT / "api", env=variables, input=f"{password}\n", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StackError(f"No operator could be made:\n{done.stdout}{done.stderr}")


def database_environment(settings: Settings) -> dict[str, str]:
    """The environment for a command that works on a database, with PostgreSQL's programs first on the PATH."""
    python, programs = os.path.dirname(sys.executable), str(postgres.binaries())
    return {
        **shell_env.read(settings.folder),
        **os.environ,
        "PATH": os.pathsep.join([python, programs, os.environ.get("PATH", os.defpath)]),
        "DATABASE_URL": database_url(settings),
        "FITBURN_ENV": settings.fitburn_env,
        "FITBURN_TOKEN_SECRET": settings.fitburn_token_secret,
    }


def database_url(settings: Settings) -> str:
    """DATABASE_URL; if it is not set, the stack of `make up`, else that of `docker compose`, if it answers."""
    chosen = os.environ.get("DATABASE_URL")
    stack = shell_env.read(settings.folder).get("DATABASE_URL")
    candidates = [chosen] if chosen else [stack, settings.private_database_url]  # where compose publishes its database
    for url in filter(None, candidates):
        if postgres.is_ready(url):
            return url
    raise StackError("No database answers. Run `make up` first, or set DATABASE_URL to one that runs.")
