"""Waiting for a result that the API does not have yet."""

import time

FIRST_PAUSE_SEC = 0.02
LONGEST_PAUSE_SEC = 1.0
GROWTH = 1.6


class Polling:
    """Pauses between two looks, growing from FIRST_PAUSE_SEC to LONGEST_PAUSE_SEC, for `timeout` seconds in all."""

    def __init__(self, timeout: float) -> None:
        self._deadline = time.monotonic() + timeout
        self._pause_sec = FIRST_PAUSE_SEC

    @property
    def remaining_sec(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def pause(self) -> bool:
        """Sleep until the next look, which is due at the deadline at the latest; False when it has passed."""
        remaining_sec = self.remaining_sec
        if not remaining_sec:
            return False
        time.sleep(min(self._pause_sec, remaining_sec))
        self._pause_sec = min(GROWTH * self._pause_sec, LONGEST_PAUSE_SEC)
        return True
