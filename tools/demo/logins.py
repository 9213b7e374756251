"""Two accounts for a look around, a member and an operator. Each stack gets new random passwords."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from fitburn_client import ConflictError, FitBurn, Login, UnauthorizedError
from local import accounts, services
from local.accounts import Account
from local.errors import StackError

CLUB = "main"


def ensure(folder: Path, api: FitBurn, variables: Mapping[str, str]) -> FitBurn:
    """Creates the accounts that are missing; returns the API logged in as the member."""
    member, operator = accounts.read(folder) or draw(folder)
    services.make_operator(dict(variables), club=CLUB, email=operator.email, password=operator.password)
    try:
        login = api.accounts.register(member.email, member.password, "Sam Keller", CLUB)
    except ConflictError:
        login = _log_in(api, member)
    return api.with_token(login.access_token)


def operator(folder: Path, api: FitBurn) -> FitBurn:
    """The API logged in as the operator that `ensure` created."""
    [account] = [account for account in accounts.read(folder) if account.role == "operator"]
    return api.with_token(_log_in(api, account).access_token)


def draw(folder: Path) -> list[Account]:
    """Writes both accounts with new passwords into the stack's folder; returns member and operator."""
    drawn = [Account(role, f"{role}@example.com", secrets.token_urlsafe(9)) for role in ("member", "operator")]
    accounts.write(folder, drawn)
    return drawn


def _log_in(api: FitBurn, account: Account) -> Login:
    try:
        return api.accounts.login(account.email, account.password, CLUB)
    except UnauthorizedError:
        raise StackError(
            f"{account.email} has another password in this database. Use a fresh database, or change the password on "
            "the profile page."
        ) from None
