"""Waiting for a condition, with a limit."""

import time
from collections.abc import Callable

import psycopg2
import requests

NOT_YET = (requests.RequestException, psycopg2.OperationalError)


def until(is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Asks again and again; a service that is away counts as no."""
    deadline = time.monotonic() + seconds
    while True:
        reason: object = "no"
        try:
            if is_so():
                return
        except NOT_YET as error:
            reason = error
        assert time.monotonic() < deadline, f"Not within {seconds:.0f} s: {what} ({reason})"
        time.sleep(0.5)
