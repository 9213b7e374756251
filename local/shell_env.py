"""`.local/env`: variables with which a shell reaches the running stack. Read it with `. .local/env`."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from local import postgres

FILE = "env"


def write(folder: Path, variables: Mapping[str, str]) -> None:
    """Readable by the owner alone: it holds a key and passwords."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    # Our programs first, so that `fitburn` is found; PostgreSQL's last, so that an installed psql takes precedence.
    before, after = os.path.dirname(sys.executable), str(postgres.binaries())
    lines.append(f'export PATH={shlex.quote(before)}:"$PATH":{shlex.quote(after)}\n')
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)


def read(folder: Path) -> dict[str, str]:
    """The variables that `write` stored, without PATH; empty if the file does not exist."""
    file = folder / FILE
    if not file.exists():
        return {}
    assignments = (shlex.split(line)[1] for line in file.read_text().splitlines())  # export NAME=value
    variables = dict(assignment.split("=", 1) for assignment in assignments)
    variables.pop("PATH")
    return variables
