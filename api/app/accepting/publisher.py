"""Publishes wake-up messages for the workers: through RabbitMQ, or through the database if no broker is configured.

A message may get lost: the job is a committed row, and the workers' sweepers find rows without a message.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any

from app.accepting import metrics
from app.accepting.amqp_connection import CoalescingConnection
from app.accepting.submissions import AcceptedJob
from fitburn import broker, notifications
from fitburn.backoff import Backoff
from fitburn.messages import body_of

log = logging.getLogger(__name__)

FIRST_RETRY_SEC = 0.5
LONGEST_RETRY_SEC = 5.0
MAX_UNCONFIRMED = 50_000
"""Messages without a confirmation; beyond this, treat the broker as down and bound memory."""
MAX_MISSED = 5_000
"""Workouts accepted while the broker was down that are published when it is back; sweepers find the older ones."""


class DatabaseQueue:
    """No RabbitMQ: workers take their batches from the pending rows and are woken by NOTIFY."""

    state = "database"
    channel = notifications.PENDING

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def call(self, accepted: Sequence[AcceptedJob]) -> None:
        """Nothing to do: the transaction has sent the NOTIFY."""


class RabbitQueue:
    """One long-lived connection on the event loop, with publisher confirms; reconnects with back-off."""

    channel = None

    def __init__(self, url: str) -> None:
        self._parameters = broker.parameters(url, "fitburn-api")
        self._channel: Any = None
        self._last_tag = 0
        self._confirmed_tag = 0
        self._blocked = False
        self._missed: deque[AcceptedJob] = deque(maxlen=MAX_MISSED)
        self._lost = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        return "rabbitmq" if self._ready else "away"

    @property
    def _ready(self) -> bool:
        return self._channel is not None and self._channel.is_open and not self._blocked

    async def start(self) -> None:
        """Connects in the background: the API accepts workouts without it."""
        self._keeper = asyncio.create_task(self._keep_connected(), name="broker")

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    def call(self, accepted: Sequence[AcceptedJob]) -> None:
        """Publish a message for each; while the broker is down, keep the latest for later."""
        if not self._ready or self._last_tag - self._confirmed_tag > MAX_UNCONFIRMED:
            metrics.PUBLISHED.labels("skipped").inc(len(accepted))
            self._missed.extend(accepted)
            return
        for workout in accepted:
            body = body_of(workout.workout_id, workout.prediction_id)
            self._channel.basic_publish(broker.EXCHANGE, broker.QUEUE, body, broker.PERSISTENT_JSON)
        self._last_tag += len(accepted)

    async def _keep_connected(self) -> None:
        backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        while True:
            connection = await self._connect()
            if connection is not None:
                backoff.reset()
                try:
                    await self._lost.wait()
                finally:
                    self._disconnect()
                    if connection.is_open:
                        connection.close()
                log.warning("broker lost")
            await asyncio.sleep(backoff.next())

    async def _connect(self) -> Any:
        """An open connection with its channel ready, or None."""
        self._lost.clear()
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def end(_closed: Any, reason: BaseException | str) -> None:
            self._lost.set()
            if not ready.done():
                ready.set_result(None)
                log.warning("broker away", extra={"reason": str(reason)[:200]})

        def prepare(channel: Any) -> None:
            channel.add_on_close_callback(end)
            broker.declare(channel)
            channel.confirm_delivery(self._on_confirm, callback=lambda _ok: use(channel))

        def use(channel: Any) -> None:
            connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
            connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
            self._last_tag = self._confirmed_tag = 0
            self._channel = channel
            metrics.BROKER_UP.set(1)
            log.info("broker connected")
            self._publish_missed()
            if not ready.done():
                ready.set_result(connection)

        connection = CoalescingConnection(
            self._parameters,
            on_open_callback=lambda opened: opened.channel(on_open_callback=prepare),
            on_open_error_callback=end,
            on_close_callback=end,
        )
        return await ready

    def _publish_missed(self) -> None:
        """Wake the workers for the latest jobs accepted meanwhile: sooner than the sweepers, and idempotent."""
        missed = list(self._missed)
        self._missed.clear()
        self.call(missed)

    def _disconnect(self) -> None:
        self._channel = None
        self._blocked = False
        metrics.BROKER_UP.set(0)

    def _set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked
        metrics.BROKER_UP.set(0 if blocked else 1)

    def _on_confirm(self, frame: Any) -> None:
        """The broker has stored, or refused, this message, or all messages up to it."""
        tag = frame.method.delivery_tag
        confirmed = tag - self._confirmed_tag if frame.method.multiple else 1
        outcome = "confirmed" if frame.method.NAME == "Basic.Ack" else "refused"
        metrics.PUBLISHED.labels(outcome).inc(max(confirmed, 0))
        self._confirmed_tag = max(self._confirmed_tag, tag)
