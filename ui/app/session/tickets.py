"""How a log-in becomes a cookie that no script of the page can read.

Streamlit cannot set a cookie on an answer, for its answers go through a WebSocket. So the page is handed a ticket: a
random word that stands for the token for half a minute and once. The page's script posts the ticket to `/session`,
and the answer to that sets the cookie. The token itself never gets into the page.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime

COOKIE = "fitburn_session"
SESSION_PATH = "/session"
VALID_S = 30.0


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a ticket is exchanged for; without a token it takes the cookie away."""

    token: str | None
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Cookie({'set' if self.token else 'clear'})"


_lock = threading.Lock()
_waiting: dict[str, tuple[Cookie, float]] = {}


def issue(cookie: Cookie) -> str:
    """A ticket for this cookie. Digits and letters only: it also names the component that posts it."""
    ticket, now = secrets.token_hex(32), time.monotonic()
    with _lock:
        for old in [name for name, (_, ends) in _waiting.items() if ends < now]:
            del _waiting[old]
        _waiting[ticket] = (cookie, now + VALID_S)
    return ticket


def redeem(ticket: str) -> Cookie | None:
    """The cookie that a ticket stands for; None when it is unknown, old or used."""
    with _lock:
        cookie, ends = _waiting.pop(ticket, (None, 0.0))
    return cookie if ends >= time.monotonic() else None


def is_waiting(ticket: str) -> bool:
    with _lock:
        return ticket in _waiting
