"""Rules are valid, and each alert is shown to fire and to stay quiet, and has its heading in the runbook."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from watching import ROOT, RULES

from fitburn import broker
from local.prometheus import configuration

HERE = Path(__file__).parent
UNIT_TESTS = sorted(HERE.glob("*.yml"))
RUNBOOK = "docs/runbook.md"
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


def alerts() -> dict[str, dict[str, Any]]:
    rules = (
        rule
        for file in RULES.glob("*.yml")
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    )
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


ALERTS = alerts()


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT / "deploy" / "prometheus", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", UNIT_TESTS, ids=lambda file: file.stem)
def test_rules_pass_their_unit_tests(promtool: str, file: Path) -> None:
    run(promtool, "test", "rules", str(file))


def test_the_configuration_for_a_network_of_services_is_valid(promtool: str) -> None:
    run(promtool, "check", "config", "prometheus.yml")


def test_the_configuration_for_one_machine_is_valid_and_has_the_same_jobs(promtool: str, tmp_path: Path) -> None:
    jobs = [
        job["job_name"]
        for job in yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    ]
    made = configuration({job: ["127.0.0.1:1"] for job in jobs}, "https://example.org/runbook.md")
    assert [job["job_name"] for job in made["scrape_configs"]] == jobs
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump(made))
    run(promtool, "check", "config", str(file))


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_shown_to_fire_and_to_stay_quiet(name: str) -> None:
    tests = [test for file in UNIT_TESTS for test in yaml.safe_load(file.read_text())["tests"]]
    asked = [
        expectation["exp_samples"]
        for test in tests
        for expectation in test.get("promql_expr_test", [])
        if is_about(name, expectation["expr"])
    ]
    assert any(samples for samples in asked), f"no test sees {name} firing"
    assert any(not samples for samples in asked), f"no test sees {name} keeping quiet"


def is_about(name: str, expression: str) -> bool:
    asked = re.search(r'alertname=(~?)"([^"]+)"', expression)
    if not asked:
        return False
    return re.fullmatch(asked[2], name) is not None if asked[1] else asked[2] == name


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_has_a_summary_a_description_and_a_runbook_link(name: str) -> None:
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"{{{{ $externalLabels.runbook }}}}#{name.lower()}"


def test_the_runbook_has_a_heading_for_every_alert_and_no_other() -> None:
    assert sorted(HEADING.findall((ROOT / RUNBOOK).read_text(encoding="utf-8"))) == sorted(ALERTS)


def test_rules_name_the_queues_as_the_services_do() -> None:
    named = {queue for file in RULES.glob("*.yml") for queue in re.findall(r'queue="([^"]+)"', file.read_text())}
    assert named == {broker.DEAD_QUEUE}
