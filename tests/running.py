"""A separate stack for tests, started, broken and stopped with `python -m local`."""

from pathlib import Path
from typing import Any

import pika
import psycopg2

from local.driver import DrivenStack

QUEUE, DEAD_QUEUE = "predictions", "predictions.dead"
WORKERS = ("worker-1", "worker-2")

# Small batches, so that faults hit the middle of a run; frequent sweeps, so that tests do not wait for half a minute.
HASTE = {"WORKER_BATCH_SIZE": "50", "WORKER_SWEEP_AFTER_SEC": "2", "WORKER_SWEEP_EVERY_SEC": "0.5"}

# Tests send more requests per minute than the rate limits allow.
UNLIMITED = dict.fromkeys(("RATE_LIMIT_PER_MEMBER", "RATE_LIMIT_PER_ADDRESS", "RATE_LIMIT_PER_ACCOUNT"), "off")


class RunningStack(DrivenStack):
    """A stack with two workers, with access to its database and its broker."""

    def __init__(self, folder: Path, **changes: str) -> None:
        super().__init__(folder, workers=len(WORKERS), **HASTE, **UNLIMITED, **changes)

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, over a new connection: the server may have been killed since the last one."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def publish(self, *bodies: bytes) -> None:
        """Publishes messages to the workers' queue, past the API."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish("fitburn", QUEUE, body, pika.BasicProperties(delivery_mode=2))
        finally:
            connection.close()

    def waiting(self, queue: str = QUEUE) -> int:
        """Messages in the queue that no consumer holds."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        finally:
            connection.close()
