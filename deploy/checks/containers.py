"""A separate stack of containers, with another project name and free ports, so that no existing data are touched."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import patience
import psycopg2
import requests

from local.ports import is_free

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "fitburn-check"
PORTS = (
    "API_PORT", "UI_PORT", "AIRFLOW_PORT", "GRAFANA_PORT", "PROMETHEUS_PORT", "RABBITMQ_MANAGEMENT_PORT",
    "RABBITMQ_PORT", "POSTGRES_PORT",
)  # fmt: skip
# Below the ephemeral range, from which ports are taken while images are built.
FIRST_PORT = int(os.environ.get("COMPOSE_CHECK_PORT", "21000"))
ONCE = {"preflight", "migrate"}
SERVICES = {"db", "rabbitmq", "api", "worker", "ui", "airflow", "prometheus", "grafana"}

# An unreachable service counts as not ready.
until = partial(patience.until, look_again=0.5, passing=(requests.RequestException, psycopg2.OperationalError))


def is_docker_here() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    answered = subprocess.run(["docker", "info"], capture_output=True, check=False)
    return asked.returncode == 0 and answered.returncode == 0


def values() -> dict[str, str]:
    """Variables of .env."""
    lines = (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Containers:
    """The compose project, and the addresses of its services."""

    def __init__(self) -> None:
        free = filter(is_free, range(FIRST_PORT, FIRST_PORT + 1000))
        self.ports = dict(zip(PORTS, free, strict=False))
        self.env = values()

    def compose(self, *words: str, check: bool = True, **changes: str) -> subprocess.CompletedProcess[str]:
        ports = {name: str(port) for name, port in self.ports.items()}
        done = subprocess.run(
            ["docker", "compose", "--progress", "quiet", "-p", PROJECT, *words],
            cwd=ROOT,
            env={**os.environ, **ports, **changes},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done

    def states(self) -> list[dict[str, Any]]:
        """Service, State, Health and ExitCode of every container of the stack."""
        listed = self.compose("ps", "--all", "--format", "json").stdout
        return [json.loads(line) for line in listed.splitlines()]

    def is_well(self) -> bool:
        """Whether every service is up and healthy, and every one-off service has succeeded."""
        states = self.states()
        broken = [s for s in states if s["Service"] in ONCE and s["State"] == "exited" and s["ExitCode"] != 0]
        assert not broken, f"{broken[0]['Service']} failed:\n{self.logs(broken[0]['Service'])}"
        ended = {s["Service"] for s in states if s["State"] == "exited"}
        healthy = {s["Service"] for s in states if s["Health"] == "healthy"}
        return ended >= ONCE and healthy >= SERVICES and all(s["Health"] != "starting" for s in states)

    def logs(self, service: str) -> str:
        return self.compose("logs", "--no-color", "--no-log-prefix", "--tail", "40", service).stdout

    def url(self, port: str, path: str = "") -> str:
        return f"http://127.0.0.1:{self.ports[port]}{path}"

    def get(self, port: str, path: str, **options: Any) -> Any:
        answer = requests.get(self.url(port, path), timeout=40, **options)
        answer.raise_for_status()
        return answer.json()

    def sql(self, query: str, **named: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, as the owner."""
        return self.rows(self.env["POSTGRES_DB"], query, **named)

    def airflow_sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on Airflow's database."""
        return self.rows("airflow", query)

    def rows(self, database: str, query: str, **named: Any) -> list[tuple[Any, ...]]:
        env = self.env
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.ports["POSTGRES_PORT"], dbname=database,
            user=env["POSTGRES_USER"], password=env["POSTGRES_PASSWORD"], connect_timeout=5,
        )  # fmt: skip
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, named or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def consumers(self) -> int:
        """How many workers consume from the queue, according to the broker."""
        login = (self.env["RABBITMQ_DEFAULT_USER"], self.env["RABBITMQ_DEFAULT_PASS"])
        queue: Mapping[str, Any] = self.get("RABBITMQ_MANAGEMENT_PORT", "/api/queues/%2F/predictions", auth=login)
        return int(queue["consumers"])

    def targets(self) -> dict[str, list[str]]:
        """Health of every target of Prometheus, by job."""
        found: dict[str, list[str]] = {}
        for target in self.get("PROMETHEUS_PORT", "/api/v1/targets")["data"]["activeTargets"]:
            found.setdefault(target["labels"]["job"], []).append(target["health"])
        return found
