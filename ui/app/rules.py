"""The API's limits, caps and field ranges: pages show and apply these instead of copies."""

import time
from collections.abc import Callable

from app import api_client
from fitburn_client import FitBurnError, Range, Rules

TTL_SEC = 300.0


class Cached:
    """Calls `fetch` again after `ttl_sec`. If that fails, the last rules stay valid for another `ttl_sec`."""

    def __init__(self, fetch: Callable[[], Rules], ttl_sec: float = TTL_SEC) -> None:
        self._fetch = fetch
        self._ttl_sec = ttl_sec
        self._rules: Rules | None = None
        self._valid_until = 0.0

    def get(self) -> Rules:
        """Raises FitBurnError if no rules were ever fetched."""
        if self._rules is None or time.monotonic() >= self._valid_until:
            try:
                self._rules = self._fetch()
            except FitBurnError:
                if self._rules is None:
                    raise
            self._valid_until = time.monotonic() + self._ttl_sec
        return self._rules


def _fetch() -> Rules:
    return api_client.anonymous().rules.get()


_cached = Cached(_fetch)


def current() -> Rules:
    """The rules, cached for all sessions of the process. Raises FitBurnError."""
    return _cached.get()


def number_range(field: str) -> Range:
    """The numbers that the API accepts in this field, in the unit of its name."""
    return current().fields[field]


def whole_range(field: str) -> tuple[int, int]:
    """The same for a field that takes whole numbers."""
    accepted = number_range(field)
    return int(accepted.low), int(accepted.high)


def length(field: str) -> Range:
    """The lengths that the API accepts in this text field, in characters."""
    return current().texts[field]


def max_chars(field: str) -> int:
    return int(length(field).high)
