"""Calls about members: how they log in, who they are, what they earned."""

from collections.abc import Iterator, Mapping
from datetime import date

from fitburn_client.decoding import decode
from fitburn_client.paging import Calls, Page, iso, member_path
from fitburn_client.resources.me import Bests, OwnDays
from fitburn_client.resources.members import Login, Profile, Transfer
from fitburn_client.transport import json_of


class MemberCalls(Calls):
    """With a member's token, but for registering and logging in, and for the points of the club's members."""

    def register(
        self, email: str, password: str, display_name: str, club: str | None = None, *, remember: bool = False
    ) -> Login:
        """Make a member's account and log in. Not tried again once sent."""
        account = {"email": email, "password": password, "display_name": display_name, "club": club}
        return self._log_in("/auth/register", account, remember=remember)

    def login(self, email: str, password: str, club: str | None = None, *, remember: bool = False) -> Login:
        """A token for `FitBurn(base_url, token)`, for weeks with `remember`. Not tried again once sent."""
        return self._log_in("/auth/login", {"email": email, "password": password, "club": club}, remember=remember)

    def renew(self) -> Login:
        """A later token of the same session; the one that this client holds stays good for as long as it said."""
        return decode(Login, json_of(self._transport.call("POST", "/auth/renew")))

    def logout(self, *, everywhere: bool = False) -> None:
        """End the session of the token that this client holds; `everywhere`: all sessions of its member."""
        self._transport.call("POST", "/auth/logout", query={"everywhere": "true"} if everywhere else None)

    def change_password(self, current_password: str, new_password: str) -> None:
        """Set a new password, and end all other sessions. Invalid when the current one is wrong. Not tried again."""
        body = {"current_password": current_password, "new_password": new_password}
        self._transport.call("POST", "/auth/password", body=body, replayable=False)

    def me(self) -> Profile:
        """The profile of the token's member."""
        return self._get(Profile, "/me")

    def update_me(self, **changes: str | float | bool | None) -> Profile:
        """Change fields of the own profile, named as in Profile; None clears one. Gives the profile afterwards."""
        return decode(Profile, json_of(self._transport.call("PATCH", "/me", body=changes)))

    def my_days(self, from_day: date | None = None, to_day: date | None = None) -> OwnDays:
        """Own days with workouts, both ends included: at most 400 days; the last 53 weeks unless told otherwise."""
        return self._get(OwnDays, "/me/days", {"from": iso(from_day), "to": iso(to_day)})

    def my_bests(self) -> Bests:
        """Own bests by type of workout, and the best day and week."""
        return self._get(Bests, "/me/bests")

    def balance(self, user_id: str | None = None) -> int:
        """Points of a member; of the token's own member without `user_id`."""
        answer = self._transport.call("GET", member_path(user_id, "points"), query={"limit": 1})
        return int(json_of(answer, "balance")["balance"])

    def transfers(self, user_id: str | None = None, page_size: int = 100) -> Iterator[Transfer]:
        """Every movement of a member's points, newest first."""
        return self._pages(Transfer, member_path(user_id, "points"), {}, page_size)

    def transfers_page(
        self, user_id: str | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Transfer]:
        """One page of `transfers`."""
        return self._page(Transfer, member_path(user_id, "points"), {"limit": limit, "cursor": cursor})

    def _log_in(self, path: str, body: Mapping[str, str | None], *, remember: bool) -> Login:
        known: dict[str, object] = {name: value for name, value in body.items() if value is not None}
        if remember:
            known["remember"] = True
        return decode(Login, json_of(self._transport.call("POST", path, body=known, replayable=False)))
