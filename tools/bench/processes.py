"""Processes: start, wait, stop, and measure processor time and memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

START_SEC = 60
POLL_SEC = 0.1


class Service(Protocol):
    """A process that can be started and stopped."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Program:
    """A command that the bench runs, with its log in a file."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, variables: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self._command = command
        self._folder = folder
        self._variables = variables
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    def start(self) -> None:
        if self._process is not None:
            return
        with self._log.open("ab") as log:
            environment = os.environ | self._variables
            self._process = subprocess.Popen(self._command, cwd=self._folder, env=environment, stdout=log, stderr=log)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def check(self) -> None:
        """Raises an error with its log if the process has ended."""
        if self._process is not None and self._process.poll() is not None:
            end = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
            sys.exit(f"{self.name} ended by itself. The last lines of {self._log}:\n{end}")


def wait_until(holds: Callable[[], bool], what: str, seconds: float = START_SEC) -> None:
    """Raises TimeoutError if the condition does not become true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:.0f} s in vain: {what}.")
        time.sleep(POLL_SEC)


def _tree(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time of these processes and their children so far, ended ones included."""
    total = 0.0
    for process in (process for pid in pids for process in _tree(pid)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def resident_mib(pid: int) -> float:
    """Memory of a process and its children. Shared memory counts once for each."""
    total = 0
    for process in _tree(pid):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total / 2**20
