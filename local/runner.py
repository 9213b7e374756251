"""Keeps processes running through supervisor (https://supervisord.org): a private one for each stack.

It starts what died, stops whole process groups and rotates logs. We speak to it over a unix socket.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from local.errors import StackError

# Every process of a stack carries this variable with the stack's folder, so that none can get lost.
MARK = "FITBURN_STACK"

# The kernel allows about 100 bytes for a unix socket's path, and supervisor appends a pid to it.
LONGEST_SOCKET_PATH = 85

SECONDS_TO_STOP = 15

# A program that ends before this age counts as failed, and is tried again at growing intervals.
STEADY_SECONDS = 5

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Program:
    """A command to keep running. `environment` comes on top of the stack's own; `account` is a system user."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    stop_signal: str = "TERM"


@dataclass(frozen=True)
class Process:
    """What the runner knows of a program; `state` is supervisor's word for it, `pid` is 0 when it does not run."""

    name: str
    state: str
    pid: int

    @property
    def has_failed(self) -> bool:
        return self.state in ("BACKOFF", "FATAL", "EXITED")

    def listening_ports(self) -> list[int]:
        """Ports that the process or its children listen on, as the kernel sees it."""
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

    # --- the runner itself

    def launch(self, programs: Iterable[Program], environment: Mapping[str, str]) -> Self:
        """Starts the runner, none of its programs yet. It outlives this process and its terminal."""
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
            )
        self.wait("runner", self.is_running, seconds=20)
        return self

    def is_running(self) -> bool:
        if self._daemon and self._daemon.poll() is not None:
            raise StackError(f"The process runner did not start.\n{self.last_lines('runner')}")
        try:
            self._call("getState")
        except (OSError, Fault):
            return False
        return True

    @property
    def pid(self) -> int:
        """Of the runner itself, while it runs."""
        return int(self._call("getPID"))

    def has_ended(self) -> bool:
        return self._daemon.poll() is not None if self._daemon else not self.is_running()

    def shut_down(self, stages: Iterable[Iterable[str]] = ()) -> None:
        """Stops the programs stage by stage, then the runner. What a killed runner left behind is stopped too."""
        with undisturbed():
            with suppress(OSError, Fault):  # it does not run, or went away while we spoke: the rest is swept below
                for names in stages:
                    self.stop(names)
                self._call("shutdown")
            if self._daemon:
                self._daemon.wait()
            stop_marked(self.folder)
        for file in (self._socket(), self.folder / "runner.socket"):
            file.unlink(missing_ok=True)

    # --- its programs

    def processes(self) -> list[Process]:
        return [Process(i["name"], i["statename"], i["pid"]) for i in self._call("getAllProcessInfo")]

    def process(self, name: str) -> Process:
        found = {process.name: process for process in self.processes()}
        if name not in found:
            raise StackError(f"There is no process called {name!r}. There are: {', '.join(found)}.")
        return found[name]

    def start(self, *names: str) -> None:
        """Starts these programs and returns at once; those that run already are left alone."""
        for name in names:
            if self.process(name).state not in ("RUNNING", "STARTING", "BACKOFF"):
                self._call("startProcess", name, False)

    def stop(self, names: Iterable[str]) -> None:
        """Stops those of these programs that run, side by side, and waits until all are gone."""
        names = set(names)
        for process in self.processes():
            if process.name in names and process.state in ("RUNNING", "STARTING", "BACKOFF"):
                self._call("stopProcess", process.name, False)
        give_up = time.monotonic() + SECONDS_TO_STOP + 10  # before that, the runner itself kills
        while any(process.name in names and process.pid for process in self.processes()):
            if time.monotonic() > give_up:
                raise StackError(f"These do not stop: {', '.join(sorted(names))}.")
            time.sleep(POLL_SECONDS)

    def kill(self, name: str) -> int:
        """Ends a program and its children at once, as a crash would, and returns the pid it had."""
        pid = self.process(name).pid
        if not pid:
            raise StackError(f"{name} does not run, so it cannot be killed.")
        os.killpg(pid, signal.SIGKILL)
        return pid

    def wait(self, name: str, is_ready: Callable[[], bool], *, seconds: float) -> None:
        """Waits until `is_ready`; StackError with the end of the log if the program fails or takes too long."""
        give_up = time.monotonic() + seconds
        while not is_ready():
            if name != "runner" and self.process(name).has_failed:
                raise StackError(f"{name} did not start.\n{self.last_lines(name)}")
            if time.monotonic() > give_up:
                raise StackError(f"{name} gave no answer within {seconds:.0f} s.\n{self.last_lines(name)}")
            time.sleep(POLL_SECONDS)

    def last_lines(self, name: str, count: int = 15) -> str:
        log = self.logs / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
        return "\n".join([f"The last lines of {log}:", *(f"  {line}" for line in lines or ["(nothing)"])])

    # --- the way to it

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self._socket()}")
        try:
            return getattr(ServerProxy("http://127.0.0.1", transport).supervisor, method)(*arguments)
        finally:
            transport.close()

    def _socket(self) -> Path:
        link = self.folder / "runner.socket"
        return link.readlink() if link.is_symlink() else link

    def _choose_socket(self) -> Path:
        """A path short enough for a socket; `runner.socket` in the folder leads to it."""
        link = self.folder / "runner.socket"
        link.unlink(missing_ok=True)
        if len(os.fsencode(link)) > LONGEST_SOCKET_PATH:
            link.symlink_to(Path(tempfile.mkdtemp(prefix="fitburn-")) / "s")
        return self._socket()


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave half of a stack running."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def stop_marked(folder: Path) -> None:
    """Stops every process that carries the mark of the stack in this folder."""
    while left := marked(folder):  # again, because a process may start another while it ends
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, stubborn = psutil.wait_procs(left, timeout=SECONDS_TO_STOP)
        for process in stubborn:
            process.kill()
        psutil.wait_procs(stubborn, timeout=SECONDS_TO_STOP)


def marked(folder: Path) -> list[psutil.Process]:
    """Every process of the stack in this folder, the runner included."""
    return [process for process in psutil.process_iter() if carries_mark(process, folder)]


def carries_mark(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def render(socket: Path, logs: Path, programs: Iterable[Program]) -> str:
    """The runner's configuration. Nothing starts by itself: the order is ours."""
    head: dict[str, dict[str, object]] = {
        "unix_http_server": {"file": socket, "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
        },
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "logfile": logs / "runner.log",
            "logfile_maxbytes": "5MB",
            "pidfile": socket.parent / "runner.pid",
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
    }
    # Later ones have the higher priority number, which makes the runner stop them first.
    programs_in_order = {f"program:{p.name}": {"priority": n, **section_of(p, logs)} for n, p in enumerate(programs)}
    sections = head | programs_in_order
    return "\n".join(
        f"[{title}]\n" + "".join(f"{key}={str(value).replace('%', '%%')}\n" for key, value in section.items())
        for title, section in sections.items()
    )


def section_of(program: Program, logs: Path) -> dict[str, object]:
    environment = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
    return {
        "command": shlex.join(map(str, program.command)),
        "directory": program.folder,
        "environment": environment,
        **({"user": program.account} if program.account else {}),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": STEADY_SECONDS,
        "startretries": 1000,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": SECONDS_TO_STOP,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": logs / f"{program.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 3,
    }
