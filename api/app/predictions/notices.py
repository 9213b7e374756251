"""Notifications from the database, received on one connection per process and passed to the event loop."""

import asyncio
import logging
import threading
from collections.abc import Callable

import psycopg2

from fitburn import notifications
from fitburn.notifications import Listener

log = logging.getLogger(__name__)

LISTEN_SEC = 1.0
LONGEST_RETRY_SEC = 10.0


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
