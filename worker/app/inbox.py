"""Sources of a worker's batches: RabbitMQ messages, or the pending rows themselves."""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pika
import psycopg2
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ConsumerCancelled

from app import metrics
from app.settings import WorkerSettings
from app.sweeping import Sweeper
from fitburn import broker
from fitburn.errors import InvalidMessageError
from fitburn.messages import ScoreRequest
from fitburn.notifications import Listener

log = logging.getLogger(__name__)

PATIENCE_SEC = 0.5
"""How long an empty inbox blocks before it returns to the loop, so that a stop is noticed."""

BUSY_SIZE = 4
"""From this batch size on, the next batch gathers for a moment: a transaction costs about the same for five workouts
as for fifty. After a smaller batch, messages are scored as they arrive."""


class BrokerAwayError(Exception):
    """RabbitMQ cannot be reached. Unsettled deliveries will be redelivered."""


@dataclass(frozen=True, slots=True)
class Delivery:
    request: ScoreRequest
    tag: int = 0


class Inbox(Protocol):
    def take(self) -> Sequence[Delivery]:
        """The next batch; empty if none arrives for a moment. Raises BrokerAwayError."""

    def settle(self, deliveries: Sequence[Delivery], dead: Sequence[Delivery]) -> None:
        """Acknowledge the deliveries, and reject those in `dead` as dead letters. Raises BrokerAwayError."""

    def idle(self, seconds: float) -> None:
        """Wait without losing deliveries."""

    def close(self) -> None: ...


class RabbitInbox:
    """Consumes from RabbitMQ over one blocking connection; `take` connects if necessary."""

    def __init__(self, url: str, settings: WorkerSettings) -> None:
        self._parameters = broker.parameters(url, "fitburn-worker")
        self._settings = settings
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None
        self._arrived: deque[Delivery] = deque()
        self._busy = False

    def take(self) -> Sequence[Delivery]:
        try:
            connection = self._connected()
            if not self._arrived:
                connection.process_data_events(PATIENCE_SEC)
            if self._arrived and self._busy:
                self._gather(connection)
        except (AMQPError, OSError) as error:
            raise self._lost(error) from error
        size = min(len(self._arrived), self._settings.batch_size)
        self._busy = size >= BUSY_SIZE
        return [self._arrived.popleft() for _ in range(size)]

    def settle(self, deliveries: Sequence[Delivery], dead: Sequence[Delivery]) -> None:
        if self._channel is None:
            raise BrokerAwayError("the connection was lost while its batch was scored")
        try:
            dead_tags = {delivery.tag for delivery in dead}
            for tag in dead_tags:
                self._channel.basic_reject(tag, requeue=False)
            # Deliveries are taken in order and settled together, so one acknowledgement covers all of them.
            live_tags = [delivery.tag for delivery in deliveries if delivery.tag not in dead_tags]
            if live_tags:
                self._channel.basic_ack(max(live_tags), multiple=True)
        except (AMQPError, OSError) as error:
            raise self._lost(error) from error

    def idle(self, seconds: float) -> None:
        if self._connection is None:
            time.sleep(seconds)
            return
        try:
            # Keeps answering heartbeats, so that the broker does not close the connection.
            self._connection.sleep(seconds)
        except (AMQPError, OSError) as error:
            self._lost(error)

    def close(self) -> None:
        self._forget()

    def _connected(self) -> pika.BlockingConnection:
        if self._connection is None:
            self._connection = pika.BlockingConnection(self._parameters)
            self._channel = self._connection.channel()
            broker.declare(self._channel)
            # Prefetch the next batch while this one is scored.
            self._channel.basic_qos(prefetch_count=2 * self._settings.batch_size)
            self._channel.basic_consume(broker.QUEUE, self._on_message)
            metrics.BROKER_UP.set(1)
            log.info("broker connected")
        # A channel that the broker closed, or whose queue was deleted, would never deliver again.
        if self._channel is None or not self._channel.is_open or not self._channel.consumer_tags:
            raise ConsumerCancelled
        return self._connection

    def _gather(self, connection: pika.BlockingConnection) -> None:
        """Let a batch grow for up to `batch_wait_ms`."""
        deadline = time.monotonic() + self._settings.batch_wait_ms / 1000
        while len(self._arrived) < self._settings.batch_size:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return
            connection.process_data_events(remaining)

    def _on_message(self, channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        try:
            self._arrived.append(Delivery(ScoreRequest.from_body(body), method.delivery_tag))
        except InvalidMessageError as error:
            metrics.ERRORS.labels("invalid_message").inc()
            log.warning("message refused", extra={"reason": str(error)})
            channel.basic_reject(method.delivery_tag, requeue=False)

    def _lost(self, error: Exception) -> BrokerAwayError:
        self._forget()
        return BrokerAwayError(f"{type(error).__name__}: {error}")

    def _forget(self) -> None:
        """Drop the connection and its unsettled deliveries, which the broker will redeliver."""
        metrics.BROKER_UP.set(0)
        self._arrived.clear()
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and connection.is_open:
            with contextlib.suppress(AMQPError, OSError):
                connection.close()


class DatabaseInbox:
    """Without RabbitMQ: claims every pending row, as the sweeper does with old ones, and is woken by NOTIFY."""

    def __init__(self, sweeper: Sweeper, listener: Listener) -> None:
        self._sweeper = sweeper
        self._listener = listener

    def take(self) -> Sequence[Delivery]:
        # Listen before the query, so that no notification falls in between.
        connected = self._listen()
        requests = self._sweeper.claim(after_sec=0)
        if not requests:
            self._wait(connected)
        return [Delivery(request) for request in requests]

    def settle(self, deliveries: Sequence[Delivery], dead: Sequence[Delivery]) -> None:
        """Nothing to acknowledge: the rows' status is the state."""

    def idle(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> bool:
        if not self._listener.connected:
            try:
                self._listener.connect()
            except psycopg2.Error:
                return False
        return True

    def _wait(self, connected: bool) -> None:
        if not connected:
            time.sleep(PATIENCE_SEC)
            return
        try:
            self._listener.wait(PATIENCE_SEC)
        except psycopg2.Error:
            log.warning("cannot listen")
