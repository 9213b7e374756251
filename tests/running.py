"""A stack of the test's own, started, broken and stopped as its owner would: with `python -m local`."""

from pathlib import Path
from typing import Any

import pika
import psycopg2

from local.driver import DrivenStack

QUEUE, DEAD_QUEUE = "predictions", "predictions.dead"
WORKERS = ("worker-1", "worker-2")

# Small batches, so that there is a middle to break; impatient sweepers, so that nobody waits half a minute for them.
HASTE = {"WORKER_BATCH_SIZE": "50", "WORKER_SWEEP_AFTER_SEC": "2", "WORKER_SWEEP_EVERY_SEC": "0.5"}

# Tests register and ask more in a minute than anybody should.
UNLIMITED = dict.fromkeys(("RATE_LIMIT_PER_MEMBER", "RATE_LIMIT_PER_ADDRESS", "RATE_LIMIT_PER_ACCOUNT"), "off")


class RunningStack(DrivenStack):
    """Addresses of a running stack, and the hands to break it."""

    def __init__(self, folder: Path, **changes: str) -> None:
        super().__init__(folder, workers=len(WORKERS), **HASTE, **UNLIMITED, **changes)

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, over a connection of its own: the server may have been killed since the last one."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def publish(self, *bodies: bytes) -> None:
        """Puts messages on the workers' queue, as anybody with access to the broker could."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish("fitburn", QUEUE, body, pika.BasicProperties(delivery_mode=2))
        finally:
            connection.close()

    def waiting(self, queue: str = QUEUE) -> int:
        """Messages that nobody has taken."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        finally:
            connection.close()
