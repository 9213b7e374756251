"""RabbitMQ connections, names and topology. Declaring is idempotent, so every process does it when it connects."""

from typing import Any

from pika import BasicProperties, DeliveryMode, URLParameters

from fitburn.predictions import MAX_ATTEMPTS

EXCHANGE = "fitburn"
QUEUE = "predictions"
DEAD_QUEUE = "predictions.dead"
CONTROL_EXCHANGE = "fitburn.control"
"""Fanout for "reload the model". Declared ahead of its use: no service publishes to it or binds a queue yet."""

PERSISTENT_JSON = BasicProperties(content_type="application/json", delivery_mode=DeliveryMode.Persistent)

HEARTBEAT_SEC = 30
SOCKET_TIMEOUT_SEC = 3


def parameters(url: str, connection_name: str) -> URLParameters:
    """Connection parameters with short timeouts and one attempt, since each caller has its own back-off."""
    options = URLParameters(url)
    options.heartbeat = HEARTBEAT_SEC
    options.blocked_connection_timeout = HEARTBEAT_SEC
    options.socket_timeout = SOCKET_TIMEOUT_SEC
    options.stack_timeout = 2 * SOCKET_TIMEOUT_SEC
    options.connection_attempts = 1
    options.client_properties = {"connection_name": connection_name}
    return options


def declare(channel: Any) -> None:
    """Declare the exchanges and queues, on a channel of any pika adapter.

    On an asynchronous channel this does not wait for the broker's replies; an error closes the channel.
    """
    channel.exchange_declare(EXCHANGE, exchange_type="direct", durable=True)
    channel.exchange_declare(CONTROL_EXCHANGE, exchange_type="fanout", durable=True)
    channel.queue_declare(DEAD_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(DEAD_QUEUE, EXCHANGE, routing_key=DEAD_QUEUE)
    channel.queue_declare(
        QUEUE,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            # The first delivery is not counted.
            "x-delivery-limit": MAX_ATTEMPTS - 1,
            "x-dead-letter-exchange": EXCHANGE,
            "x-dead-letter-routing-key": DEAD_QUEUE,
        },
    )
    channel.queue_bind(QUEUE, EXCHANGE, routing_key=QUEUE)
