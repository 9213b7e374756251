"""Prometheus's programs, and a real Prometheus that watches a separate running stack."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from watching import Stack, Watcher, shortened_rules

from local import prometheus
from local.ports import free_ports
from local.prometheus import command


def installed(name: str) -> str:
    found = prometheus.find(name)
    if not found and os.environ.get("FITBURN_REQUIRE_PROMETHEUS") == "1":
        pytest.fail(f"FITBURN_REQUIRE_PROMETHEUS=1, but there is no {name}. {prometheus.HINT}")
    return found or pytest.skip(prometheus.HINT)


@pytest.fixture(scope="session")
def promtool() -> str:
    return installed("promtool")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`make up` in a separate folder and on free ports, after some workouts."""
    installed("prometheus")
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        stack.up()
        stack.submit_workouts(60)
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="module")
def watcher(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watcher]:
    """Prometheus with the project's jobs and rules: it scrapes every second, and alerts fire without delay."""
    home = tmp_path_factory.mktemp("prometheus")
    [port] = free_ports(1)
    file = home / "prometheus.yml"
    file.write_text(stack.prometheus_configuration(home, port, shortened_rules(home)))
    started = command(installed("prometheus"), file, home / "data", port)
    with (home / "log").open("wb") as log, subprocess.Popen(started, stdout=log, stderr=log) as process:
        try:
            yield Watcher(port, process, home / "log")
        finally:
            process.terminate()
