"""A real Prometheus watches a running stack: every target is scraped, and a fault raises its alert."""

import json
import re
from functools import partial
from textwrap import dedent
from typing import Any

import pytest
import requests
from patience import until
from watching import ROOT, Stack, Watcher

from grafana.reading import DASHBOARDS, expand_promql, queries


def up(watcher: Watcher) -> set[str]:
    return {target["labels"]["job"] for target in watcher.targets() if target["health"] == "up"}


def test_every_target_is_up(stack: Stack, watcher: Watcher) -> None:
    expected = {"prometheus", "api", "worker"} | ({"rabbitmq"} if stack.has_rabbitmq else set())
    until(lambda: up(watcher) == expected)
    assert {target["health"] for target in watcher.targets()} == {"up"}


def test_every_rule_evaluates_and_a_healthy_stack_is_quiet(watcher: Watcher) -> None:
    until(lambda: watcher.rules() and all(rule["health"] == "ok" for rule in watcher.rules()))
    until(lambda: watcher.value("fitburn_oldest_pending_seconds"))
    # No mart has been built here, which is an alert.
    until(lambda: set(watcher.firing()) == {"DagFailed", "MartTooOld"})


@pytest.mark.parametrize("name", sorted(path.name for path in DASHBOARDS.glob("*.json")))
def test_every_panel_that_asks_prometheus_has_an_answer(stack: Stack, watcher: Watcher, name: str) -> None:
    dashboard: dict[str, Any] = json.loads((DASHBOARDS / name).read_text(encoding="utf-8"))
    asked = {expand_promql(query): panel["title"] for panel, query in queries(dashboard, "expr")}
    if not stack.has_rabbitmq:
        asked = {query: title for query, title in asked.items() if "rabbitmq_" not in query}
    for query, title in asked.items():
        until(partial(watcher.value, query), what=f"{title}: {query}")


def looks() -> list[str]:
    """The runbook's read-only commands: indented blocks that query the database, the broker, the API or a log."""
    blocks = re.split(r"\n\n", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"))
    indented = [dedent(block) for block in blocks if block.startswith("    ")]
    commands = [part for block in indented for part in re.split(r"\n(?=psql|curl|tail|make|grep|python)", block)]
    return [command for command in commands if command.startswith(("psql", "curl", "tail", "python - "))]


def test_the_commands_of_the_runbook_work_when_pasted(stack: Stack) -> None:
    assert len(looks()) > 15
    for command in looks():
        if "rabbitmq" in command.lower() and not stack.has_rabbitmq:
            continue
        done = stack.shell(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert done.stdout or "channel" in command, f"{command} says nothing"


def test_stopped_workers_raise_an_alert_until_they_are_back(stack: Stack, watcher: Watcher) -> None:
    stack.stop("worker-1")
    stack.submit_workouts(5)
    until(lambda: {"NoWorker", "PendingTooOld"} <= set(watcher.firing()))
    alert = watcher.firing()["PendingTooOld"]
    assert "waits for" in alert["summary"]
    page, anchor = alert["runbook_url"].split("#")
    answer = requests.get(page, timeout=60)
    assert answer.ok and f'id="{anchor}">### PendingTooOld' in answer.text
    stack.start("worker-1")
    until(lambda: not {"NoWorker", "PendingTooOld"} & set(watcher.firing()))
