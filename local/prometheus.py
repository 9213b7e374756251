"""Runs the installed Prometheus for the stack of `make up`: python -m local.prometheus [--port 9090]

Jobs and rules come from deploy/prometheus; only the addresses differ. Data and configuration go to `.local/prometheus`.
Alerts link to RUNBOOK_URL or, if that is empty, to the runbook as this Prometheus serves it.
"""

import argparse
import html
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from local import debian, shell_env
from local.ports import LOOPBACK
from local.report import announce
from local.settings import ROOT, Settings

FOLDER = ROOT / "deploy" / "prometheus"
RUNBOOK = ROOT / "docs" / "runbook.md"
PAGES = "pages"
HINT = "Prometheus is not installed. On Debian or Ubuntu: RUNLEVEL=1 apt install prometheus"
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m local.prometheus", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9090)
    port = parser.parse_args(arguments).port
    program = find("prometheus")
    if not program:
        sys.exit(HINT)
    settings = Settings.read()
    if not shell_env.read(settings.folder):
        sys.exit("There is no stack to watch. Run `make up` first.")
    home = settings.folder / "prometheus"
    home.mkdir(exist_ok=True)
    file = home / "prometheus.yml"
    runbook = settings.runbook_url or show_runbook(home, port)
    file.write_text(yaml.safe_dump(configuration(targets(settings, port), runbook), sort_keys=False))
    announce(f"Prometheus: http://{LOOPBACK}:{port}/alerts (Ctrl-C stops it)")
    os.execv(program, command(program, file, home / "data", port))


def targets(settings: Settings, port: int) -> dict[str, list[str]]:
    """host:port of the metrics of the running stack, by job."""
    stack = shell_env.read(settings.folder)
    found = {
        "prometheus": [f"{LOOPBACK}:{port}"],
        "api": [stack["FITBURN_API_URL"].removeprefix("http://")],
        "worker": [f"{LOOPBACK}:{worker}" for worker in settings.worker_ports.values()],
    }
    if settings.rabbitmq_metrics_port and stack["RABBITMQ_URL"] == settings.private_rabbitmq_url:
        found["rabbitmq"] = [f"{LOOPBACK}:{settings.rabbitmq_metrics_port}"]
    return found


def show_runbook(home: Path, port: int) -> str:
    """Writes the runbook as a page with an anchor for each heading; returns the URL at which it is served."""
    text = html.escape(RUNBOOK.read_text(encoding="utf-8"), quote=False)
    page = HEADING.sub(lambda found: f'<b id="{found[2].lower()}">{found[0]}</b>', text)
    (home / PAGES).mkdir(parents=True, exist_ok=True)
    document = f'<!doctype html><meta charset="utf-8"><title>Runbook</title><pre>{page}</pre>'
    (home / PAGES / "runbook.html").write_text(document, encoding="utf-8")
    return f"http://{LOOPBACK}:{port}/user/runbook.html"


def configuration(targets: Mapping[str, Sequence[str]], runbook: str) -> dict[str, Any]:
    """prometheus.yml with these addresses instead of service discovery. Drops jobs without an address."""
    prometheus: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    prometheus["global"]["external_labels"]["runbook"] = runbook
    prometheus["rule_files"] = [str(FOLDER / rules) for rules in prometheus["rule_files"]]
    prometheus["scrape_configs"] = [
        {name: value for name, value in job.items() if not name.endswith("_sd_configs")}
        | {"static_configs": [{"targets": list(targets[job["job_name"]])}]}
        for job in prometheus["scrape_configs"]
        if job["job_name"] in targets
    ]
    return prometheus


def command(program: str, file: Path, data: Path, port: int) -> list[str]:
    """Listens on the loopback address only."""
    return [
        program,
        f"--config.file={file}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={LOOPBACK}:{port}",
        f"--web.user-assets={file.parent / PAGES}",
        "--log.level=warn",
    ]


def find(name: str) -> str | None:
    """Path of `prometheus` or `promtool`, installed where we may; None where that is impossible."""
    if not shutil.which(name):
        debian.install("prometheus")
    return shutil.which(name)


if __name__ == "__main__":
    main(sys.argv[1:])
