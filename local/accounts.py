"""Two accounts for a look around: a member and an operator, made by `make demo` and printed by `make up`.

Their passwords are made up anew for each stack and kept beside its data, for the owner's eyes only.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fitburn_client import Conflict, FitBurn, Login, Unauthorized
from local import services
from local.errors import StackError

FILE = "accounts.json"
CLUB = "main"


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in, and with what."""

    role: str
    email: str
    password: str


def read(folder: Path) -> list[Account]:
    """The accounts of the stack in this folder; none before `make demo`."""
    file = folder / FILE
    return [Account(**one) for one in json.loads(file.read_text())] if file.exists() else []


def ensure(folder: Path, api: FitBurn, variables: Mapping[str, str]) -> FitBurn:
    """Makes both accounts unless they are there; gives the API as the member sees it."""
    member, operator = read(folder) or _make_up(folder)
    services.make_operator(dict(variables), club=CLUB, email=operator.email, password=operator.password)
    try:
        login = api.register(member.email, member.password, "Sam Keller", CLUB)
    except Conflict:
        login = _log_in(api, member)
    return api.with_token(login.access_token)


def operator(folder: Path, api: FitBurn) -> FitBurn:
    """The API as the operator that `ensure` made sees it."""
    [account] = [one for one in read(folder) if one.role == "operator"]
    return api.with_token(_log_in(api, account).access_token)


def _make_up(folder: Path) -> list[Account]:
    accounts = [Account(role, f"{role}@example.com", secrets.token_urlsafe(9)) for role in ("member", "operator")]
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump([asdict(one) for one in accounts], file, indent=2)
    return accounts


def _log_in(api: FitBurn, member: Account) -> Login:
    try:
        return api.login(member.email, member.password, CLUB)
    except Unauthorized:
        raise StackError(
            f"{member.email} has another password in this database. Use a fresh database, or change the password on "
            "the profile page."
        ) from None
