"""What the pages find in their environment."""

import os
from functools import cache

API_URL = "FITBURN_API_URL"


@cache
def api_url() -> str:
    """Where the API is. RuntimeError when nobody said it."""
    url = os.environ.get(API_URL)
    if not url:
        raise RuntimeError(f"{API_URL} is not set: say where the API is, such as http://127.0.0.1:8000")
    return url


@cache
def is_production() -> bool:
    """Whether the pages are only ever reached over HTTPS."""
    return os.environ.get("FITBURN_ENV") == "production"
