"""A TCP proxy between a worker and a server, whose connections can be cut and mended."""

import selectors
import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class Wire:
    """Forwards a local port to the server of `url`, on a thread. The attribute `url` leads through it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._lock = threading.Lock()
        self._cut = False
        self._ends: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._closed = False
        self.url = url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{self._listener.getsockname()[1]}")
        self._thread = threading.Thread(target=self._run, name="wire")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._wake.send(b"x")
        self._thread.join()
        for end in (*self._ends, self._listener, self._wake, self._woken):
            end.close()
        self._selector.close()

    def cut(self) -> None:
        """Breaks every connection and lets no new one through."""
        with self._lock:
            self._cut = True
            for end in list(self._ends):
                self._hang_up(end)

    def mend(self) -> None:
        with self._lock:
            self._cut = False

    def _run(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select():
                end = key.fileobj
                assert isinstance(end, socket.socket)
                with self._lock:
                    if end is self._listener:
                        self._answer()
                    elif end in self._ends:
                        self._forward(end)

    def _answer(self) -> None:
        near, _ = self._listener.accept()
        if self._cut:
            near.close()
            return
        far = socket.create_connection(self._target)
        self._ends |= {near: far, far: near}
        for end in (near, far):
            self._selector.register(end, selectors.EVENT_READ)

    def _forward(self, end: socket.socket) -> None:
        try:
            data = end.recv(65536)
            if data:
                self._ends[end].sendall(data)
                return
        except OSError:
            pass
        self._hang_up(end)

    def _hang_up(self, end: socket.socket) -> None:
        other = self._ends.pop(end, None)
        for closing in (end, other):
            if closing is not None:
                self._ends.pop(closing, None)
                with suppress(KeyError, ValueError):
                    self._selector.unregister(closing)
                closing.close()
