"""Runs the machine's own Prometheus for the stack of `make up`: python -m prometheus.local [--port 9090]

The jobs and rules are those of prometheus.yml; only the addresses differ. Data and configuration go to
`.local/prometheus`.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from local import shell_env
from local.ports import LOOPBACK
from local.settings import Settings
from prometheus import programs

FOLDER = Path(__file__).resolve().parent


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m prometheus.local", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9090)
    port = parser.parse_args(words).port
    program = programs.find("prometheus")
    if not program:
        sys.exit(programs.HINT)
    settings = Settings.read()
    if not shell_env.read(settings.folder):
        sys.exit("There is no stack to watch. Run `make up` first.")
    home = settings.folder / "prometheus"
    home.mkdir(exist_ok=True)
    file = home / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration(targets(settings, port)), sort_keys=False))
    print(f"Prometheus: http://{LOOPBACK}:{port}/alerts (Ctrl-C stops it)", flush=True)
    os.execv(program, command(program, file, home / "data", port))


def targets(settings: Settings, port: int) -> dict[str, list[str]]:
    """host:port of everything that a running stack on this machine offers, by job."""
    stack = shell_env.read(settings.folder)
    found = {
        "prometheus": [f"{LOOPBACK}:{port}"],
        "api": [stack["FITBURN_API_URL"].removeprefix("http://")],
        "worker": [f"{LOOPBACK}:{worker}" for worker in settings.worker_ports.values()],
    }
    if settings.rabbitmq_metrics_port and stack["RABBITMQ_URL"] == settings.private_rabbitmq_url:
        found["rabbitmq"] = [f"{LOOPBACK}:{settings.rabbitmq_metrics_port}"]
    return found


def configuration(targets: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """prometheus.yml with these addresses in place of names to look up; jobs without one are left out."""
    known: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    known["rule_files"] = [str(FOLDER / rules) for rules in known["rule_files"]]
    known["scrape_configs"] = [
        {name: value for name, value in job.items() if not name.endswith("_sd_configs")}
        | {"static_configs": [{"targets": list(targets[job["job_name"]])}]}
        for job in known["scrape_configs"]
        if job["job_name"] in targets
    ]
    return known


def command(program: str, file: Path, data: Path, port: int) -> list[str]:
    """Listens on this machine only."""
    return [
        program,
        f"--config.file={file}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--log.level=warn",
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
