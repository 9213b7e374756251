"""Who waits for which workout to be scored, and what the database says has happened.

One connection per process listens; requests that wait cost a dictionary entry each, not a connection.
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2

from fitburn import notifications
from fitburn.notifications import Listener

log = logging.getLogger(__name__)

LISTEN_SEC = 1.0
LONGEST_RETRY_SEC = 10.0


class Waiters:
    """Events of requests that wait for a workout. Used on the event loop only, but for `anybody`."""

    def __init__(self) -> None:
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def anybody(self) -> bool:
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


class Notices:
    """Listens on a thread and passes on what arrives to the event loop.

    `on_scored` gets ids joined by commas; `on_access` is called when a key was revoked; `on_gap` when notices may
    have been missed, so that nobody trusts what they knew before.
    """

    def __init__(
        self,
        listener: Listener,
        *,
        anybody_waits: Callable[[], bool],
        on_scored: Callable[[str], None],
        on_access: Callable[[], None],
        on_gap: Callable[[], None],
    ) -> None:
        self._listener = listener
        self._anybody_waits = anybody_waits
        self._on_scored = on_scored
        self._on_access = on_access
        self._on_gap = on_gap
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def connected(self) -> bool:
        return self._listener.connected

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        delay = LISTEN_SEC
        while not self._stopping.is_set():
            try:
                if not self._listener.connected:
                    self._listener.connect()
                    self._tell(self._on_gap)
                    delay = LISTEN_SEC
                for channel, payload in self._listener.wait(LISTEN_SEC):
                    self._pass_on(channel, payload)
            except psycopg2.Error as error:
                log.warning("cannot listen", extra={"reason": type(error).__name__})
                self._stopping.wait(delay)
                delay = min(2 * delay, LONGEST_RETRY_SEC)

    def _pass_on(self, channel: str, payload: str) -> None:
        # Mostly nobody waits, and the event loop need not wake up for it. Whoever begins to wait looks first.
        if channel == notifications.SCORED and self._anybody_waits():
            self._tell(self._on_scored, payload)
        elif channel == notifications.ACCESS:
            self._tell(self._on_access)

    def _tell(self, callback: Callable[..., None], *arguments: str) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(callback, *arguments)
