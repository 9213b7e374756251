"""The broker from outside: publishes messages and counts what remains in the queues."""

from collections.abc import Iterable
from typing import Self
from uuid import uuid4

import pika
from pika import BasicProperties

from fitburn import broker
from fitburn.messages import ScoreRequest, body_of


def body(request: ScoreRequest) -> bytes:
    return body_of(str(request.workout_id), str(request.prediction_id))


class Post:
    """A connection of the test. Entering recreates the queues, so that no test sees another's messages."""

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
        # A test that takes long answers no heartbeats, so the broker may have closed the connection.
        if self._connection.is_open:
            self._connection.close()

    def delete_queues(self) -> None:
        for queue in (broker.QUEUE, broker.DEAD_QUEUE):
            self._channel.queue_delete(queue)

    def send(self, requests: Iterable[ScoreRequest]) -> None:
        self.send_raw(map(body, requests))

    def send_raw(self, bodies: Iterable[bytes], properties: BasicProperties = broker.PERSISTENT_JSON) -> None:
        for raw in bodies:
            self._channel.basic_publish(broker.EXCHANGE, broker.QUEUE, raw, properties)

    def waiting(self, queue: str = broker.QUEUE) -> int:
        """Messages in the queue that are ready, that is not delivered to a consumer."""
        return int(self._channel.queue_declare(queue, passive=True).method.message_count)

    def dead(self) -> int:
        return self.waiting(broker.DEAD_QUEUE)

    def dead_bodies(self) -> list[bytes]:
        """Bodies of the dead letters, which are taken from their queue."""
        bodies = []
        while (message := self._channel.basic_get(broker.DEAD_QUEUE, auto_ack=True))[0] is not None:
            bodies.append(message[2] or b"")
        return bodies


def strangers(count: int) -> list[ScoreRequest]:
    """Requests for workouts that do not exist."""
    return [ScoreRequest(workout_id=uuid4(), prediction_id=uuid4()) for _ in range(count)]
