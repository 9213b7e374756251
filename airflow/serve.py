"""Airflow in one container: migrate its database, write the log-in, then run all components until one ends.

    python serve.py                 the image's command
    python serve.py --is-healthy    exit code 0 while the page, the scheduler and the DAG processor are healthy

Each variable in SECRETS can be a file instead: NAME_FILE. Several machines run the official chart, which starts each
component separately (deploy/kubernetes/airflow). Standard library only.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import local_values

# No triggerer, since no task is deferrable; no log server, since all components share the log folder.
SERVER = ("api-server",)
CLIENTS = (("scheduler", "--skip-serve-logs"), ("dag-processor",))
WATCHED = ("metadatabase", "scheduler", "dag_processor")
PORT = "8080"
USER = "admin"

ADMIN_PASSWORD = "AIRFLOW_ADMIN_PASSWORD"
SECRETS = (
    ADMIN_PASSWORD,
    "AIRFLOW_CONN_FITBURN",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
)


def main() -> int:
    if local_values.main([]) != 0:
        return 1
    read_secret_files()
    missing = [name for name in SECRETS if not os.environ.get(name)]
    if missing:
        sys.exit(
            f"Set {', '.join(missing)}, or the same names with _FILE (deploy/production.env.example explains them)."
        )
    os.environ.update(own_settings(Path(os.environ.get("AIRFLOW_HOME", "/opt/airflow"))))
    write_log_in()
    subprocess.run(["airflow", "db", "migrate"], check=True)
    return run()


def read_secret_files() -> None:
    for name in SECRETS:
        file = os.environ.get(f"{name}_FILE")
        if file:
            os.environ[name] = Path(file).read_text(encoding="utf-8").strip()


def own_settings(home: Path) -> dict[str, str]:
    """Settings of a single machine: the components reach each other over its loopback."""
    return {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{PORT}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "log-in.json"),
        "AIRFLOW__API__PORT": PORT,
        "AIRFLOW__API__WORKERS": "1",
        # For airflow_housekeeping: Airflow hides the variable above from tasks.
        "AIRFLOW_METADATA_URL": os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"],
    }


def write_log_in() -> None:
    file = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    file.touch(mode=0o600)
    file.write_text(json.dumps({USER: os.environ.pop(ADMIN_PASSWORD)}), encoding="utf-8")


def run() -> int:
    """Run until a signal (exit code 0) or until a component ends (1); the container's restart policy starts again."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    components = [subprocess.Popen(["airflow", *SERVER])]
    try:
        # A task fails if it cannot report to the server, so start the scheduler afterwards.
        while components[0].poll() is None and not answers():
            time.sleep(0.5)
        if components[0].returncode is None:
            components += [subprocess.Popen(["airflow", *args]) for args in CLIENTS]
        while all(component.poll() is None for component in components):
            time.sleep(1)
        for component in components:
            if component.returncode is not None:
                print(f"{component.args} ended with {component.returncode}.", file=sys.stderr)
        return 1
    finally:
        for component in components:
            component.terminate()
        for component in components:
            component.wait()


def answers() -> bool:
    try:
        health()
    except OSError:
        return False
    return True


def is_healthy() -> bool:
    return all(health()[part]["status"] == "healthy" for part in WATCHED)


def health() -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/v2/monitor/health", timeout=8) as answer:
        return dict(json.load(answer))


if __name__ == "__main__":
    if sys.argv[1:] == ["--is-healthy"]:
        sys.exit(0 if is_healthy() else 1)
    sys.exit(main())
