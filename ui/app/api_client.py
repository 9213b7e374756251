"""The one way to the API: one pool of connections for the process, and a view of it for each member's token."""

from functools import cache

from app import settings
from fitburn_client import FitBurn

TIMEOUT_S = 5.0
PATIENCE_S = 2.0
"""How long a page tries again by itself before it says that the API is away."""


@cache
def anonymous() -> FitBurn:
    """Who has not logged in. Shared by all threads; it holds nobody's token."""
    return FitBurn(settings.api_url(), timeout=TIMEOUT_S, retry_for=PATIENCE_S)


def holder_of(token: str) -> FitBurn:
    """The API as the holder of this token sees it, over the shared connections."""
    return anonymous().with_token(token)
