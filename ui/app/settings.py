"""Settings from environment variables."""

import os
from functools import cache

API_URL = "FITBURN_API_URL"


@cache
def api_url() -> str:
    """Base URL of the API. Raises RuntimeError if the variable is not set."""
    url = os.environ.get(API_URL)
    if not url:
        raise RuntimeError(f"{API_URL} is not set: set it to the URL of the API, such as http://127.0.0.1:8000")
    return url


@cache
def is_production() -> bool:
    """In production the pages are reached over HTTPS only."""
    return os.environ.get("FITBURN_ENV") == "production"
