"""Requests that wait for a workout to be scored: a dictionary entry each, not a connection."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Waiters:
    """Events of requests that wait for a workout. Used on the event loop only, except for `has_any`."""

    def __init__(self) -> None:
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def has_any(self) -> bool:
        return bool(self._events)

    @contextmanager
    def waiting_for(self, workout_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when the workout may have been scored."""
        event = asyncio.Event()
        self._events[workout_id].add(event)
        try:
            yield event
        finally:
            self._events[workout_id].discard(event)
            if not self._events[workout_id]:
                del self._events[workout_id]

    def wake(self, workout_ids: str) -> None:
        """The workouts of a notification, ids joined by commas."""
        if not self._events:
            return
        for workout_id in workout_ids.split(","):
            for event in self._events.get(workout_id, ()):
                event.set()

    def wake_all(self) -> None:
        for events in self._events.values():
            for event in events:
                event.set()
