"""Exponential back-off with full jitter, for loops that retry a server that is away."""

import random
from collections.abc import Callable


class Backoff:
    """Delays in seconds, each uniform in (0, bound]; the bound doubles from `first_sec` to `longest_sec`.

    Full jitter, so that processes that lost a server at the same moment do not reconnect in step. Source: M. Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. `jitter` returns a number in [0, 1).
    """

    def __init__(self, first_sec: float, longest_sec: float, jitter: Callable[[], float] = random.random) -> None:
        self._first_sec = first_sec
        self._longest_sec = longest_sec
        self._jitter = jitter
        self._bound_sec = first_sec

    def next(self) -> float:
        """The delay before the next attempt; doubles the bound of the one after it."""
        delay = self._bound_sec * (1 - self._jitter())
        self._bound_sec = min(2 * self._bound_sec, self._longest_sec)
        return delay

    def reset(self) -> None:
        """Start again from `first_sec`; call it after a success."""
        self._bound_sec = self._first_sec
