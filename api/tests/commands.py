"""`python -m app.manage …`, run in this process: starting another for each would take a second and a half."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from unittest.mock import patch

from service import Service

from app.manage import __main__ as manage


@dataclass(frozen=True)
class Done:
    stdout: str
    stderr: str
    returncode: int


def run_manage(api: Service, *words: str, typed: str = "", **variables: str) -> Done:
    """What the command said and how it ended, in the environment of the service."""
    stdout, stderr, returncode = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", ["manage", *words]),
        patch.object(sys, "stdin", io.StringIO(typed)),
        patch.dict(os.environ, api.environment | variables),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            manage.main()
        except SystemExit as end:
            returncode = exit_code(end, stderr)
    return Done(stdout.getvalue(), stderr.getvalue(), returncode)


def exit_code(end: SystemExit, stderr: io.StringIO) -> int:
    """As the interpreter does: text goes to standard error and counts as a failure."""
    if isinstance(end.code, str):
        print(end.code, file=stderr)
        return 1
    return end.code or 0
