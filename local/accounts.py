"""Accounts that `make demo` makes for a look around and `make up` prints: a file beside the stack's data."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "accounts.json"


@dataclass(frozen=True, slots=True)
class Account:
    """Login of a member or an operator."""

    role: str
    email: str
    password: str


def read(folder: Path) -> list[Account]:
    """The accounts of the stack in this folder; empty before `make demo`."""
    file = folder / FILE
    return [Account(**account) for account in json.loads(file.read_text())] if file.exists() else []


def write(folder: Path, accounts: Sequence[Account]) -> None:
    """Readable by the owner alone: it holds passwords."""
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump([asdict(account) for account in accounts], file, indent=2)
