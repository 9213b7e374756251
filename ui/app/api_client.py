"""Clients for the API: one connection pool per process, shared by a client for each member's token."""

from functools import cache

from app import settings
from fitburn_client import FitBurn

TIMEOUT_SEC = 5.0
RETRY_FOR_SEC = 2.0
"""How long the client retries before a page shows that the API is unreachable."""


@cache
def anonymous() -> FitBurn:
    """Client without a token. Thread-safe and shared."""
    return FitBurn(settings.api_url(), timeout=TIMEOUT_SEC, retry_for=RETRY_FOR_SEC)


def holder_of(token: str) -> FitBurn:
    """Client that sends this token, over the shared connections."""
    return anonymous().with_token(token)
