"""The broker from outside: puts messages on the queue and looks what is left."""

from collections.abc import Iterable
from typing import Self
from uuid import uuid4

import pika
from pika import BasicProperties

from fitburn import broker
from fitburn.messages import ScoreRequest


class Post:
    """A connection of the test's own. Entering makes the queues anew, so that no test meets another's messages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = pika.BlockingConnection(broker.parameters(url, "worker-test"))
        self._channel = self._connection.channel()

    def __enter__(self) -> Self:
        self.delete_queues()
        broker.declare(self._channel)
        self._channel.confirm_delivery()
        return self

    def __exit__(self, *_: object) -> None:
        # A test that waits for long has not answered any heartbeat meanwhile; whoever comes next starts anew.
        if self._connection.is_open:
            self._connection.close()

    def delete_queues(self) -> None:
        for queue in (broker.QUEUE, broker.DEAD_QUEUE):
            self._channel.queue_delete(queue)

    def send(self, requests: Iterable[ScoreRequest]) -> None:
        self.send_raw(request.to_body() for request in requests)

    def send_raw(self, bodies: Iterable[bytes], properties: BasicProperties = broker.PERSISTENT_JSON) -> None:
        for body in bodies:
            self._channel.basic_publish(broker.EXCHANGE, broker.QUEUE, body, properties)

    def waiting(self, queue: str = broker.QUEUE) -> int:
        """Messages that are in the queue and with nobody."""
        return int(self._channel.queue_declare(queue, passive=True).method.message_count)

    def dead(self) -> int:
        return self.waiting(broker.DEAD_QUEUE)

    def dead_bodies(self) -> list[bytes]:
        """Takes the dead letters out."""
        bodies = []
        while (taken := self._channel.basic_get(broker.DEAD_QUEUE, auto_ack=True))[0] is not None:
            bodies.append(taken[2] or b"")
        return bodies


def strangers(count: int) -> list[ScoreRequest]:
    """Requests for workouts that do not exist."""
    return [ScoreRequest(workout_id=uuid4(), prediction_id=uuid4()) for _ in range(count)]
