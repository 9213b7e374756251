"""The interface through which a committed batch wakes the workers."""

from collections.abc import Sequence
from typing import Protocol

from app.accepting.submissions import Accepted


class WakeUp(Protocol):
    """Tells workers that there is work. The jobs are committed by then, so a call may get lost."""

    @property
    def channel(self) -> str | None:
        """Where the database itself is to say that it has accepted workouts."""

    def call(self, accepted: Sequence[Accepted]) -> None:
        """Called on the event loop, after the commit."""
