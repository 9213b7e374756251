"""Each accepted workout sends a wake-up message over RabbitMQ; an outage does not affect acceptance."""

import json
import re
from collections.abc import Callable, Iterator

import pika
import pytest
from gym import WORKOUT, Gym, workout
from patience import until
from proxy import Proxy
from service import Service

from fitburn import broker

StartApi = Callable[..., Service]
Message = tuple[pika.BasicProperties, bytes]


class Mailbox:
    """A queue of the test that gets a copy of each wake-up message."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(broker.parameters(url, "api-test"))
        self._channel = self._connection.channel()
        broker.declare(self._channel)
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(self._queue, broker.EXCHANGE, routing_key=broker.QUEUE)

    def take(self, count: int) -> list[Message]:
        """The next `count` messages. Fails if fewer arrive."""
        messages: list[Message] = []

        def all_arrived() -> bool:
            while len(messages) < count:
                _, properties, body = self._channel.basic_get(self._queue, auto_ack=True)
                if properties is None:
                    return False
                messages.append((properties, body))
            return True

        until(all_arrived)
        return messages

    def is_empty(self) -> bool:
        return self._channel.basic_get(self._queue, auto_ack=True)[0] is None

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def mailbox(rabbitmq_url: str) -> Iterator[Mailbox]:
    mailbox = Mailbox(rabbitmq_url)
    yield mailbox
    mailbox.close()


@pytest.fixture(scope="module")
def publisher(database_url: str, rabbitmq_url: str) -> Iterator[Service]:
    """An API that is connected to RabbitMQ."""
    with Service(database_url, rabbitmq_url=rabbitmq_url) as service:
        until(lambda: queue_of(service) == "rabbitmq")
        yield service


@pytest.fixture
def proxy(rabbitmq_url: str) -> Iterator[Proxy]:
    real = pika.URLParameters(rabbitmq_url)
    with Proxy(real.host, real.port) as proxy:
        yield proxy


@pytest.fixture
def api_behind_proxy(start_api: StartApi, proxy: Proxy, rabbitmq_url: str) -> Service:
    api = start_api(rabbitmq_url=through(proxy, rabbitmq_url))
    until(lambda: queue_of(api) == "rabbitmq")
    return api


def through(proxy: Proxy, url: str) -> str:
    real = pika.URLParameters(url)
    return url.replace(f"{real.host}:{real.port}", f"127.0.0.1:{proxy.port}")


def queue_of(api: Service) -> str:
    return str(api.http.get("/health").json()["queue"])


def confirmed(api: Service) -> float:
    """Number of messages that the broker has confirmed."""
    match = re.search(
        r'^wake_up_calls_total\{outcome="confirmed"\} (\S+)$', api.http.get("/metrics").text, re.MULTILINE
    )
    return float(match[1]) if match else 0.0


def ids(message: Message) -> dict[str, str]:
    payload: dict[str, str] = json.loads(message[1])
    return payload


def test_wake_up_message_has_the_two_ids_and_is_persistent(publisher: Service, mailbox: Mailbox, gym: Gym) -> None:
    before = confirmed(publisher)
    accepted = publisher.submit(gym.key, WORKOUT).json()
    [(properties, body)] = mailbox.take(1)
    assert json.loads(body) == {name: accepted[name] for name in ("workout_id", "prediction_id")}
    assert properties.delivery_mode == pika.DeliveryMode.Persistent.value
    assert properties.content_type == "application/json"
    until(lambda: confirmed(publisher) == before + 1)


def test_each_new_workout_is_published_once(publisher: Service, mailbox: Mailbox, gym: Gym) -> None:
    items = publisher.bulk(gym.key, [workout(idempotency_key=str(n)) for n in range(500)] + ["bad"]).json()["items"]
    assert publisher.bulk(gym.key, [workout(idempotency_key="1")]).json()["items"][0]["replayed"]
    published = [ids(message)["workout_id"] for message in mailbox.take(500)]
    assert sorted(published) == sorted(item["workout_id"] for item in items[:500])
    assert mailbox.is_empty()


def test_workouts_are_accepted_while_the_broker_is_down_and_published_later(
    api_behind_proxy: Service, proxy: Proxy, mailbox: Mailbox, gym: Gym
) -> None:
    api = api_behind_proxy
    api.submit(gym.key, WORKOUT)
    mailbox.take(1)
    proxy.cut()
    until(lambda: queue_of(api) == "away")
    unpublished = [api.submit(gym.key, WORKOUT).json()["workout_id"] for _ in range(3)]
    health = api.http.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert "broker_up 0.0" in api.http.get("/metrics").text
    assert mailbox.is_empty()
    proxy.restore()
    until(lambda: queue_of(api) == "rabbitmq")
    assert api.http.get("/health").json()["status"] == "ok"
    later = api.submit(gym.key, WORKOUT).json()["workout_id"]
    assert [ids(message)["workout_id"] for message in mailbox.take(4)] == [*unpublished, later]
    assert mailbox.is_empty()
    assert len(gym.workouts()) == 5


def test_service_starts_without_the_broker_and_reconnects(
    start_api: StartApi, proxy: Proxy, rabbitmq_url: str, mailbox: Mailbox, gym: Gym
) -> None:
    proxy.cut()
    api = start_api(rabbitmq_url=through(proxy, rabbitmq_url))
    assert queue_of(api) == "away"
    assert api.submit(gym.key, WORKOUT).status_code == 202
    proxy.restore()
    mailbox.take(1)
    assert api.submit(gym.key, WORKOUT).status_code == 202
    mailbox.take(1)


def test_flapping_broker_loses_no_workout(api_behind_proxy: Service, proxy: Proxy, gym: Gym) -> None:
    statuses = []
    for n in range(60):
        if n % 20 == 5:
            proxy.cut()
        if n % 20 == 15:
            proxy.restore()
        statuses.append(api_behind_proxy.submit(gym.key, WORKOUT).status_code)
    assert statuses == [202] * 60
    assert len(gym.workouts()) == 60


def test_without_rabbitmq_wake_ups_are_sent_by_notify(api: Service, gym: Gym, database_url: str) -> None:
    from fitburn.notifications import PENDING, Listener
    from fitburn.settings import DatabaseSettings

    listener = Listener(DatabaseSettings.model_validate({"database_url": database_url}), "api-test", (PENDING,))
    listener.connect()
    assert api.http.get("/health").json() == {"status": "ok", "database": "ok", "queue": "database"}
    api.submit(gym.key, WORKOUT)
    assert listener.wait(10) == [(PENDING, "")]
    listener.close()
