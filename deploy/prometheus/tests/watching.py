"""A stack, and the Prometheus that watches it."""

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import yaml

from local import rabbitmq
from local.driver import DrivenStack
from local.ports import free_ports
from local.prometheus import configuration, show_runbook, targets
from local.settings import ROOT, Settings

RULES = ROOT / "deploy" / "prometheus" / "rules"
SHORT = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}


class Stack(DrivenStack):
    """A stack with metrics of every process, which are read every second."""

    def __init__(self, folder: Path) -> None:
        [metrics] = free_ports(1)
        super().__init__(folder, RABBITMQ_METRICS_PORT=str(metrics), FITBURN_GAUGES_SEC="1")

    @property
    def settings(self) -> Settings:
        known = {name.lower(): value for name, value in self.variables.items()}
        return Settings.model_validate({**Settings.read().model_dump(), **known})

    @property
    def has_rabbitmq(self) -> bool:
        return rabbitmq.find_server() is not None

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command as after `. .local/env`, with this stack's folder for .local."""
        script = f"set -e -o pipefail\n. {self.folder}/env\n{command.replace('.local/', f'{self.folder}/')}"
        return subprocess.run(
            ["bash", "-c", script],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def submit_workouts(self, count: int) -> None:
        """Submits `count` workouts that are accepted, one per hour, and a request that is refused."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        begin = datetime.now(UTC) - timedelta(hours=count)
        person = {"gender": "Female", "age": 40, "height_cm": 170, "weight_kg": 65}
        items = [
            {"user_id": f"u{n}", **person, "ts": (begin + timedelta(hours=n)).isoformat(), "duration_min": 30}
            for n in range(count)
        ]
        answer = requests.post(f"{self.api_url}/workouts/bulk", json={"items": items}, headers=headers, timeout=60)
        assert answer.ok, answer.text
        assert requests.post(f"{self.api_url}/workouts", json={}, headers=headers, timeout=60).status_code == 422

    def prometheus_configuration(self, home: Path, port: int, rules: Path) -> str:
        made = configuration(targets(self.settings, port), show_runbook(home, port))
        made["global"] |= SHORT
        return json.dumps(made | {"rule_files": [f"{rules}/*.yml"]})


def shortened_rules(home: Path) -> Path:
    """The project's rules in a separate folder, without delays; a workout may be pending for 3 s."""
    folder = home / "rules"
    folder.mkdir()
    for file in RULES.glob("*.yml"):
        rules = yaml.safe_load(file.read_text())
        for rule in (rule for group in rules["groups"] for rule in group["rules"]):
            rule.pop("for", None)
            if rule.get("alert") == "PendingTooOld":
                assert rule["expr"].endswith("> 120")
                rule["expr"] = rule["expr"].replace("> 120", "> 3")
        (folder / file.name).write_text(yaml.safe_dump(rules))
    return folder


@dataclass(frozen=True)
class Watcher:
    """Prometheus's HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/"""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, **query: str) -> Any:
        assert self.process.poll() is None, self.log.read_text()
        try:
            answer = requests.get(f"http://127.0.0.1:{self.port}/api/v1/{path}", params=query, timeout=60)
        except requests.ConnectionError:
            return {}
        return answer.json().get("data", {}) if answer.ok else {}

    def value(self, expression: str) -> list[Any]:
        return list(self.get("query", query=expression).get("result", []))

    def targets(self) -> list[dict[str, Any]]:
        return list(self.get("targets").get("activeTargets", []))

    def rules(self) -> list[dict[str, Any]]:
        return [rule for group in self.get("rules").get("groups", []) for rule in group["rules"]]

    def firing(self) -> dict[str, dict[str, Any]]:
        """Annotations by name of the alert."""
        alerts = self.get("alerts").get("alerts", [])
        return {a["labels"]["alertname"]: a["annotations"] for a in alerts if a["state"] == "firing"}
