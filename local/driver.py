"""Drives a stack from another process, as its user does: with `python -m local …` and the addresses in `.local/env`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local import shell_env
from local.errors import StackError
from local.ports import free_stack_ports
from local.settings import ROOT

USERS_SERVERS = ("DATABASE_URL", "RABBITMQ_URL")
COMMAND_SEC = 300


class DrivenStack:
    """A stack in `folder`, on free ports and on private servers. It is not started yet.

    `changes` are variables of its environment. `python` runs the stack and its services.
    """

    def __init__(self, folder: Path, *, workers: int = 1, python: str = sys.executable, **changes: str) -> None:
        self.folder = folder
        self._python = python
        self.variables = {
            **{name: str(port) for name, port in free_stack_ports(workers).items()},
            "FITBURN_LOCAL_DIR": str(folder),
            "WORKERS": str(workers),
            "AIRFLOW": "0",
            "RABBITMQ_METRICS_PORT": "0",
            **changes,
        }

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name not in USERS_SERVERS}
        return own | self.variables

    def command_line(self, *arguments: str) -> list[str]:
        """`python -m local …`. Run it from ROOT, with `environment`."""
        return [self._python, "-m", "local", *arguments]

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of the stack and waits for it, whether it succeeds or not."""
        return subprocess.run(
            self.command_line(*arguments),
            cwd=ROOT,
            env=self.environment | changes,
            capture_output=True,
            text=True,
            timeout=COMMAND_SEC,
            check=False,
        )

    def succeed(self, *arguments: str, **changes: str) -> str:
        """Runs a command of the stack; returns its output. StackError with the output if it fails."""
        done = self.run(*arguments, **changes)
        if done.returncode != 0:
            raise StackError(f"python -m local {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def up(self) -> str:
        return self.succeed("up", "--detach")

    def down(self) -> None:
        self.succeed("down")

    def start(self, name: str) -> None:
        """Returns when the process answers, also if it was starting already."""
        self.succeed("start", name)

    def stop(self, name: str) -> None:
        self.succeed("stop", name)

    def kill(self, name: str) -> None:
        """SIGKILL; the stack's runner starts the process again."""
        self.succeed("kill", name)

    def pid(self, name: str) -> int:
        rows = (line.split() for line in self.succeed("ps").splitlines())
        return next(int(row[1]) for row in rows if row[0] == name)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Variables of the shell file, which `up` writes; empty before."""
        return shell_env.read(self.folder)

    @property
    def api_url(self) -> str:
        return self.addresses["FITBURN_API_URL"]

    @property
    def ui_url(self) -> str:
        return self.addresses["FITBURN_UI_URL"]

    @property
    def api_key(self) -> str:
        return self.addresses["FITBURN_API_KEY"]

    @property
    def database_url(self) -> str:
        return self.addresses["DATABASE_URL"]

    @property
    def rabbitmq_url(self) -> str:
        """Empty when the stack has no RabbitMQ."""
        return self.addresses["RABBITMQ_URL"]
