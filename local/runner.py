"""Keeps processes running with supervisor (https://supervisord.org), one instance for each stack.

supervisor restarts processes that died, stops process groups and rotates logs. It is reached over a Unix socket.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from local.errors import RunnerAwayError, StackError
from local.interrupts import end_with_parent, undisturbed
from local.programs import STOP_TIMEOUT_SEC, Program, render

# Every process of a stack carries this variable with the stack's folder, so that all of them can be found.
MARK = "FITBURN_STACK"

# The kernel allows about 100 bytes for the path of a Unix socket, and supervisor appends a pid to it.
MAX_SOCKET_PATH = 85

POLL_SEC = 0.05
EXECVE_TIMEOUT_SEC = 2  # much longer than execve takes on a busy machine


@dataclass(frozen=True)
class Process:
    """A program as the runner sees it. `state` is supervisor's; `pid` is 0 while the program does not run."""

    name: str
    state: str
    pid: int

    @property
    def has_failed(self) -> bool:
        return self.state in ("BACKOFF", "FATAL", "EXITED")

    def listening_ports(self) -> list[int]:
        """Ports that the process or its children listen on, from the kernel."""
        try:
            root = psutil.Process(self.pid)
            connections = [c for p in [root, *root.children(recursive=True)] for c in p.net_connections(kind="tcp")]
        except psutil.Error:
            return []
        return sorted({c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN})


class Runner:
    """The process runner of the stack in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self._daemon: subprocess.Popen[bytes] | None = None

    # --- the runner

    def launch(self, programs: Iterable[Program], environment: Mapping[str, str], *, outlives_us: bool = True) -> Self:
        """Starts the runner without its programs. It gets a separate session, so Ctrl-C does not reach it."""
        self.logs.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "supervisord.conf"
        configuration.write_text(render(self._choose_socket(), self.logs, programs))
        with (self.logs / "runner.log").open("ab") as log:
            self._daemon = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)],
                env={**environment, MARK: str(self.folder)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if outlives_us else end_with_parent,  # noqa: PLW1509 - this process has no threads
            )
        self.wait("runner", self.is_running, timeout_sec=20)
        return self

    def is_running(self) -> bool:
        if self._daemon and self._daemon.poll() is not None:
            raise StackError(f"The process runner did not start.\n{self.last_lines('runner')}")
        try:
            self._call("getState")
        except RunnerAwayError:
            return False
        return True

    @property
    def pid(self) -> int:
        """Of the runner, while it runs."""
        return int(self._call("getPID"))

    def has_ended(self) -> bool:
        return self._daemon.poll() is not None if self._daemon else not self.is_running()

    def shut_down(self, stages: Iterable[Iterable[str]] = ()) -> None:
        """Stops the programs stage by stage, then the runner, then processes that a killed runner left behind."""
        with undisturbed():
            with suppress(RunnerAwayError):  # it was not running, or was killed: _stop_marked does the rest
                for names in stages:
                    self.stop(names)
                self._call("shutdown")
            if self._daemon:
                self._daemon.wait()
            _stop_marked(self.folder)
        self._forget_socket()

    # --- its programs

    def processes(self) -> list[Process]:
        return [Process(i["name"], i["statename"], i["pid"]) for i in self._call("getAllProcessInfo")]

    def process(self, name: str) -> Process:
        found = {process.name: process for process in self.processes()}
        if name not in found:
            raise StackError(f"There is no process called {name!r}. There are: {', '.join(found)}.")
        return found[name]

    def start(self, *names: str) -> None:
        """Starts those of these programs that do not run yet. Does not wait for them."""
        for name in names:
            if self.process(name).state not in ("RUNNING", "STARTING", "BACKOFF"):
                self._call("startProcess", name, False)

    def stop(self, names: Iterable[str]) -> None:
        """Stops those of these programs that run, in parallel, and waits until all have ended."""
        names = set(names)
        for process in self.processes():
            if process.name in names and process.state in ("RUNNING", "STARTING", "BACKOFF"):
                self._call("stopProcess", process.name, False)
        give_up = time.monotonic() + STOP_TIMEOUT_SEC + 10  # by then, the runner has killed it
        while any(process.name in names and process.pid for process in self.processes()):
            if time.monotonic() > give_up:
                raise StackError(f"These do not stop: {', '.join(sorted(names))}.")
            time.sleep(POLL_SEC)

    def kill(self, name: str) -> int:
        """Kills a program and its children with SIGKILL, as a crash would; returns its pid."""
        pid = self.process(name).pid
        if not pid:
            raise StackError(f"{name} does not run, so it cannot be killed.")
        os.killpg(pid, signal.SIGKILL)
        return pid

    def wait(self, name: str, is_ready: Callable[[], bool], *, timeout_sec: float) -> None:
        """Waits until `is_ready`; StackError with the end of the log if the program fails or takes too long."""
        give_up = time.monotonic() + timeout_sec
        while not is_ready():
            if name != "runner" and self.process(name).has_failed:
                raise StackError(f"{name} did not start.\n{self.last_lines(name)}")
            if time.monotonic() > give_up:
                raise StackError(f"{name} gave no answer within {timeout_sec:.0f} s.\n{self.last_lines(name)}")
            time.sleep(POLL_SEC)

    def last_lines(self, name: str, count: int = 15) -> str:
        log = self.logs / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
        return "\n".join([f"The last lines of {log}:", *(f"  {line}" for line in lines or ["(nothing)"])])

    # --- its socket

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self._socket()}")
        try:
            return getattr(ServerProxy("http://127.0.0.1", transport).supervisor, method)(*arguments)
        except (OSError, HTTPException, ProtocolError):
            raise RunnerAwayError("The process runner does not answer; `make up` starts it.") from None
        except Fault as fault:
            if fault.faultCode == Faults.SHUTDOWN_STATE:
                raise RunnerAwayError("The stack is being stopped at this moment.") from None
            raise StackError(f"The process runner refuses to {method}: {fault.faultString}") from None
        finally:
            transport.close()

    def _socket(self) -> Path:
        link = self.folder / "runner.socket"
        return link.readlink() if link.is_symlink() else link

    def _choose_socket(self) -> Path:
        """A path short enough for a socket. If the folder's is too long, `runner.socket` links to a temporary one."""
        self._forget_socket()
        link = self.folder / "runner.socket"
        if len(os.fsencode(link)) > MAX_SOCKET_PATH:
            link.symlink_to(Path(tempfile.mkdtemp(prefix="fitburn-")) / "s")
        return self._socket()

    def _forget_socket(self) -> None:
        link = self.folder / "runner.socket"
        if link.is_symlink():
            shutil.rmtree(link.readlink().parent, ignore_errors=True)
        link.unlink(missing_ok=True)


def _stop_marked(folder: Path) -> None:
    """Stops every process that carries the mark of the stack in this folder."""
    while remaining := marked(folder):  # repeated, because an ending process may start another
        for process in remaining:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, stubborn = psutil.wait_procs(remaining, timeout=STOP_TIMEOUT_SEC)
        for process in stubborn:
            process.kill()
        psutil.wait_procs(stubborn, timeout=STOP_TIMEOUT_SEC)


def marked(folder: Path) -> list[psutil.Process]:
    """Every process of the stack in this folder, the runner included."""
    return [process for process in psutil.process_iter() if carries_mark(process, folder)]


def carries_mark(process: psutil.Process, folder: Path) -> bool:
    try:
        return environment(process).get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def environment(process: psutil.Process) -> dict[str, str]:
    """The environment with which the process was started.

    During execve a process has neither environment nor arguments for a millisecond or more, so an empty environment is
    read again once there are arguments. Kernel threads never have any; for them `exe()` raises psutil.NoSuchProcess.
    """
    give_up = time.monotonic() + EXECVE_TIMEOUT_SEC
    if found := process.environ():
        return found
    while not process.cmdline() and process.exe() and time.monotonic() < give_up:
        time.sleep(POLL_SEC / 10)
    return process.environ()
