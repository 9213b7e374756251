"""A TCP proxy between two processes that can cut, stall and slow down their connections."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Self

from local.ports import LOOPBACK

CHUNK_BYTES = 65_536


class Network:
    """The thread with the event loop of all links."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="network", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(hang_up())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def link(self, name: str, port: int) -> "Link":
        """Opens a link to a port of this machine."""
        link = Link(name, port, self.loop)
        self.run(link.open())
        return link

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result()


async def hang_up() -> None:
    """Cancels all other tasks of the loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Link:
    """Forwards connections to `port`. Faults may be called from any thread."""

    def __init__(self, name: str, target: int, loop: asyncio.AbstractEventLoop) -> None:
        self.name = name
        self.port = 0
        self._target = target
        self._loop = loop
        self._cut = False
        self._delay_sec = 0.0
        self._moving = asyncio.Event()
        self._moving.set()
        self._ends: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        server = await asyncio.start_server(self._answer, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]

    @contextmanager
    def is_cut(self) -> Iterator[None]:
        """Resets every connection, and every new one."""
        self._on_loop(self._set_cut, True)
        try:
            yield
        finally:
            self._on_loop(self._set_cut, False)

    @contextmanager
    def is_silent(self) -> Iterator[None]:
        """Keeps and accepts connections but holds all bytes back until the end."""
        self._on_loop(self._moving.clear)
        try:
            yield
        finally:
            self._on_loop(self._moving.set)

    @contextmanager
    def is_slow(self, delay_sec: float) -> Iterator[None]:
        """Delays each chunk, in both directions."""
        self._on_loop(self._set_delay, delay_sec)
        try:
            yield
        finally:
            self._on_loop(self._set_delay, 0.0)

    def _on_loop(self, call: Any, *arguments: object) -> None:
        self._loop.call_soon_threadsafe(call, *arguments)

    def _set_delay(self, delay_sec: float) -> None:
        self._delay_sec = delay_sec

    def _set_cut(self, cut: bool) -> None:
        self._cut = cut
        if cut:
            for end in self._ends:
                end.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            # A reset is passed on; a half-close leaves the other direction open.
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, far_writer))
                both.create_task(self._pass_on(far_reader, writer))
        except* OSError:
            pass
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            await self._moving.wait()
            if self._delay_sec:
                await asyncio.sleep(self._delay_sec)
            writer.write(data)
            await writer.drain()
        writer.write_eof()
