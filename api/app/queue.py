"""Sends wake-up messages to the workers: through RabbitMQ, or the database if no broker is configured."""

from typing import Protocol

from app.accepting.publisher import DatabaseQueue, RabbitQueue
from app.accepting.wake_up import WakeUp


class Queue(WakeUp, Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    @property
    def state(self) -> str:
        """rabbitmq, database, or away (the broker is down)."""


def make_queue(url: str | None) -> Queue:
    return RabbitQueue(url) if url else DatabaseQueue()
