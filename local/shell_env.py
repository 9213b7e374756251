"""`.local/env`: what a shell needs to speak with the running stack, read with `. .local/env`."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from local import postgres

FILE = "env"


def write(folder: Path, variables: Mapping[str, str]) -> None:
    """For the owner's eyes only: it holds a key and passwords."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    # Ours first, so that `fitburn` is found; PostgreSQL's programs last, so that an installed psql wins.
    before, after = os.path.dirname(sys.executable), str(postgres.binaries())
    lines.append(f'export PATH={shlex.quote(before)}:"$PATH":{shlex.quote(after)}\n')
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)


def read(folder: Path) -> dict[str, str]:
    """What `write` was given; empty when nothing was written yet."""
    file = folder / FILE
    if not file.exists():
        return {}
    words = (shlex.split(line)[1] for line in file.read_text().splitlines())  # export NAME=value
    variables = dict(word.split("=", 1) for word in words)
    variables.pop("PATH")
    return variables
