"""The way of wake-up messages to the workers: RabbitMQ, or the database where no broker is configured."""

from typing import Protocol

from app.accepting.publisher import DatabaseQueue, RabbitQueue
from app.accepting.wake_up import WakeUp


class Queue(WakeUp, Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    @property
    def state(self) -> str:
        """rabbitmq, database, or away."""


def make_queue(url: str | None) -> Queue:
    return RabbitQueue(url) if url else DatabaseQueue()
