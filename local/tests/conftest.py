"""A whole stack in a temporary folder, on separate ports, started and stopped as a user would."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.driver import DrivenStack
from local.ports import SERVER_PORTS
from local.settings import ROOT


class StackUnderTest(DrivenStack):
    """A stack with one worker."""

    @contextmanager
    def up_in_foreground(self) -> Iterator[subprocess.Popen[str]]:
        """`up` as in a terminal, from the moment at which it reports that it is ready."""
        command = self.command_line("up")
        with subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True) as up:
            assert up.stdout and any("Ctrl-C stops it" in line for line in up.stdout)
            yield up

    @property
    def ports(self) -> dict[str, int]:
        return {name: int(self.variables[name]) for name in (*SERVER_PORTS, "WORKER_METRICS_PORT")}


@pytest.fixture(scope="session")
def stack() -> Iterator[StackUnderTest]:
    """A running stack, with a private RabbitMQ where one is installed."""
    with tempfile.TemporaryDirectory(prefix="fitburn-local-", ignore_cleanup_errors=True) as temporary:
        stack = StackUnderTest(Path(temporary).resolve())
        try:
            stack.up()
            yield stack
        finally:
            stack.run("down")
