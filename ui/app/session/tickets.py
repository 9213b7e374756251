"""One-time tickets that turn a login into an HttpOnly cookie.

Streamlit cannot set a cookie, because its responses go through a WebSocket. So the page gets a ticket: a random word
that stands for the token, once and for half a minute. The page's script posts the ticket to `/session`, and that
response sets the cookie. The token itself never gets into the page.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime

COOKIE = "fitburn_session"
SESSION_PATH = "/session"
VALID_SEC = 30.0


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a ticket is exchanged for. Without a token it deletes the browser's cookie."""

    token: str | None
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Cookie({'set' if self.token else 'clear'})"


_lock = threading.Lock()
_waiting: dict[str, tuple[Cookie, float]] = {}


def issue(cookie: Cookie) -> str:
    """Make a ticket for this cookie. Alphanumeric, because it is also part of a component's key."""
    ticket, now = secrets.token_hex(32), time.monotonic()
    with _lock:
        for expired in [name for name, (_, ends) in _waiting.items() if ends < now]:
            del _waiting[expired]
        _waiting[ticket] = (cookie, now + VALID_SEC)
    return ticket


def redeem(ticket: str) -> Cookie | None:
    """The cookie that a ticket stands for; None if it is unknown, expired or used."""
    with _lock:
        cookie, ends = _waiting.pop(ticket, (None, 0.0))
    return cookie if ends >= time.monotonic() else None


def is_waiting(ticket: str) -> bool:
    with _lock:
        return ticket in _waiting
