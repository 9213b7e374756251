"""A whole stack in a temporary folder, on ports of its own, started and stopped as a user would."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from local import shell_env
from local.ports import free_ports
from local.settings import ROOT

PORT_VARIABLES = (
    "API_PORT",
    "UI_PORT",
    "POSTGRES_PORT",
    "RABBITMQ_PORT",
    "RABBITMQ_DIST_PORT",
    "RABBITMQ_EPMD_PORT",
    "WORKER_METRICS_PORT",
    "AIRFLOW_PORT",
)


@dataclass(frozen=True)
class StackUnderTest:
    folder: Path
    variables: dict[str, str]

    @classmethod
    def in_folder(cls, folder: Path, **variables: str) -> Self:
        """A stack with one worker, on free ports."""
        ports = dict(zip(PORT_VARIABLES, map(str, free_ports(len(PORT_VARIABLES))), strict=True))
        return cls(folder, {"FITBURN_LOCAL_DIR": str(folder), "WORKERS": "1", "AIRFLOW": "0", **ports, **variables})

    def run(self, *words: str, **more_variables: str) -> subprocess.CompletedProcess[str]:
        """`python -m local …` for this stack."""
        environment = os.environ | self.variables | more_variables
        command = [sys.executable, "-m", "local", *words]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
        )

    def up(self) -> str:
        done = self.run("up", "--detach")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def up_in_foreground(self) -> Iterator[subprocess.Popen[str]]:
        """`up` as in a terminal, from the moment at which it says that it is ready."""
        command = [sys.executable, "-m", "local", "up"]
        up = subprocess.Popen(command, cwd=ROOT, env=os.environ | self.variables, stdout=subprocess.PIPE, text=True)
        with up:
            assert up.stdout and any("Ctrl-C stops it" in line for line in up.stdout)
            yield up

    @property
    def shell_variables(self) -> dict[str, str]:
        return shell_env.read(self.folder)

    @property
    def ports(self) -> dict[str, int]:
        return {name: int(self.variables[name]) for name in PORT_VARIABLES}


@pytest.fixture(scope="session")
def stack() -> Iterator[StackUnderTest]:
    """A running stack, with a private RabbitMQ where one is installed."""
    with tempfile.TemporaryDirectory(prefix="fitburn-local-", ignore_cleanup_errors=True) as temporary:
        stack = StackUnderTest.in_folder(Path(temporary).resolve())
        try:
            stack.up()
            yield stack
        finally:
            stack.run("down")
