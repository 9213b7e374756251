"""Notifications from the database, received on one connection per process and passed to the event loop."""

import asyncio
import logging
import threading
from collections.abc import Callable

import psycopg2

from fitburn import notifications
from fitburn.backoff import Backoff
from fitburn.notifications import Listener

log = logging.getLogger(__name__)

LISTEN_SEC = 1.0
FIRST_RETRY_SEC = 1.0
LONGEST_RETRY_SEC = 10.0


class Notices:
    """Listens on a thread and calls back on the event loop.

    `on_scored` gets ids joined by commas; `on_access` is called when a key was revoked; `on_gap` when notifications
    may have been missed, so that caches are cleared and waiters read again.
    """

    def __init__(
        self,
        listener: Listener,
        *,
        has_waiters: Callable[[], bool],
        on_scored: Callable[[str], None],
        on_access: Callable[[], None],
        on_gap: Callable[[], None],
    ) -> None:
        self._listener = listener
        self._has_waiters = has_waiters
        self._on_scored = on_scored
        self._on_access = on_access
        self._on_gap = on_gap
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        while not self._stopping.is_set():
            try:
                if not self._listener.connected:
                    self._listener.connect()
                    self._call(self._on_gap)
                    backoff.reset()
                for channel, payload in self._listener.wait(LISTEN_SEC):
                    self._pass_on(channel, payload)
            except psycopg2.Error as error:
                log.warning("cannot listen", extra={"reason": type(error).__name__})
                self._stopping.wait(backoff.next())

    def _pass_on(self, channel: str, payload: str) -> None:
        # Usually no request waits, so the event loop is not woken. Safe: a new waiter reads the row before it waits.
        if channel == notifications.SCORED and self._has_waiters():
            self._call(self._on_scored, payload)
        elif channel == notifications.ACCESS:
            self._call(self._on_access)

    def _call(self, callback: Callable[..., None], *arguments: str) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(callback, *arguments)
