"""Accounts: registration, log-in, sessions and passwords of members."""

from dataclasses import dataclass
from datetime import datetime

from fitburn_client.decoding import decode
from fitburn_client.resource import Resource, flag
from fitburn_client.transport import json_of

__all__ = ["Login"]


@dataclass(frozen=True, slots=True)
class Login:
    """A member's token, valid until `expires_at`; `renew` returns later ones, at most until `renewable_until`."""

    access_token: str
    expires_at: datetime
    user_id: str
    token_type: str = "bearer"
    renewable_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Login(user_id={self.user_id!r}, expires_at={self.expires_at.isoformat()})"


class AccountsResource(Resource):
    """Calls under `client.accounts`. Those that carry a password are not retried once they were sent."""

    def register(
        self, email: str, password: str, display_name: str, club: str | None = None, *, remember: bool = False
    ) -> Login:
        """Create a member's account and log in."""
        account = {"email": email, "password": password, "display_name": display_name, "club": club}
        return self._log_in("/auth/register", account, remember=remember)

    def login(self, email: str, password: str, club: str | None = None, *, remember: bool = False) -> Login:
        """A token for `FitBurn(base_url, token)`; renewable for weeks with `remember`."""
        return self._log_in("/auth/login", {"email": email, "password": password, "club": club}, remember=remember)

    def renew(self) -> Login:
        """A later token of the same session; the client's present one stays valid until it expires."""
        return decode(Login, json_of(self._transport.call("POST", "/auth/renew")))

    def logout(self, *, everywhere: bool = False) -> None:
        """End the session of the client's token; `everywhere`: all sessions of its member."""
        self._transport.call("POST", "/auth/logout", query={"everywhere": flag(everywhere)})

    def change_password(self, current_password: str, new_password: str) -> None:
        """Set a new password and end all other sessions. InvalidRequestError when the current one is wrong."""
        body = {"current_password": current_password, "new_password": new_password}
        self._transport.call("POST", "/auth/password", body=body, replayable=False)

    def _log_in(self, path: str, fields: dict[str, str | None], *, remember: bool) -> Login:
        body: dict[str, object] = {name: value for name, value in fields.items() if value is not None}
        if remember:
            body["remember"] = True
        return decode(Login, json_of(self._transport.call("POST", path, body=body, replayable=False)))
