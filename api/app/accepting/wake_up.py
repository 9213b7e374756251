"""The interface through which committed workouts wake the workers."""

from collections.abc import Sequence
from typing import Protocol

from app.accepting.submissions import AcceptedJob


class WakeUp(Protocol):
    """Sends wake-up messages. The jobs are committed before, so a message may get lost."""

    @property
    def channel(self) -> str | None:
        """The channel that the database itself notifies of accepted workouts; None for no notification."""

    def call(self, accepted: Sequence[AcceptedJob]) -> None:
        """Called on the event loop, after the commit."""
