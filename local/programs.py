"""Programs to keep running, and their supervisor configuration (http://supervisord.org/configuration.html)."""

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_TIMEOUT_SEC = 15

# A program that ends earlier than this failed to start; supervisor retries it with growing delays.
STARTUP_SEC = 5


@dataclass(frozen=True)
class Program:
    """A command to keep running. `environment` extends that of the stack; `account` is a system user."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    stop_signal: str = "TERM"


def render(socket: Path, logs: Path, programs: Iterable[Program]) -> str:
    """The runner's configuration. Nothing starts automatically: local/stack.py decides the order."""
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
            "pidfile": logs.parent / "runner.pid",
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
    }
    # A higher priority number is stopped earlier.
    programs_in_order = {f"program:{p.name}": {"priority": n, **_section_of(p, logs)} for n, p in enumerate(programs)}
    sections = head | programs_in_order
    return "\n".join(
        f"[{title}]\n" + "".join(f"{key}={str(value).replace('%', '%%')}\n" for key, value in section.items())
        for title, section in sections.items()
    )


def _section_of(program: Program, logs: Path) -> dict[str, object]:
    environment = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
    return {
        "command": shlex.join(map(str, program.command)),
        "directory": program.folder,
        "environment": environment,
        **({"user": program.account} if program.account else {}),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": STARTUP_SEC,
        "startretries": 1000,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": STOP_TIMEOUT_SEC,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": logs / f"{program.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 3,
    }
