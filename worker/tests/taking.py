"""Takes messages from an inbox, in any pieces in which the network delivers them."""

import time
from collections.abc import Sequence

from patience import until

from app.inbox import Delivery, RabbitInbox
from app.settings import WorkerSettings

BATCH = WorkerSettings(batch_size=50, batch_wait_ms=200)


def take_some(inbox: RabbitInbox) -> Sequence[Delivery]:
    """The next batch that is not empty."""
    deadline = time.monotonic() + 60
    while not (deliveries := inbox.take()):
        assert time.monotonic() < deadline, "nothing was delivered"
    return deliveries


def take_all(inbox: RabbitInbox, count: int) -> Sequence[Delivery]:
    """The next `count` messages, from one or more batches."""
    deliveries: list[Delivery] = []
    while len(deliveries) < count:
        deliveries += take_some(inbox)
    return deliveries


def arrive(inbox: RabbitInbox, count: int) -> None:
    """Wait until `count` messages have arrived, without taking them. The inbox must be connected: `take` does that."""

    def arrived() -> bool:
        inbox.idle(0.01)
        return len(inbox._arrived) == count

    until(arrived)
