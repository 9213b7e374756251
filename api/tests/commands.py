"""Runs `python -m app.manage …` in this process, because starting another takes 1.5 s."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from unittest.mock import patch

from service import Service

from app.manage import __main__ as manage


@dataclass(frozen=True)
class Result:
    stdout: str
    stderr: str
    returncode: int


def run_manage(api: Service, *args: str, typed: str = "", **variables: str) -> Result:
    """Run a command with the environment of the service and `typed` as standard input."""
    stdout, stderr, returncode = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", ["manage", *args]),
        patch.object(sys, "stdin", io.StringIO(typed)),
        patch.dict(os.environ, api.environment | variables),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            manage.main()
        except SystemExit as end:
            returncode = exit_code(end, stderr)
    return Result(stdout.getvalue(), stderr.getvalue(), returncode)


def exit_code(end: SystemExit, stderr: io.StringIO) -> int:
    """The exit code as the interpreter sets it: a text goes to standard error and means failure."""
    if isinstance(end.code, str):
        print(end.code, file=stderr)
        return 1
    return end.code or 0
