"""Messages and wake-up calls: what is gathered, refused, delivered again and given up."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest
from at_work import running
from gym import Gym
from patience import until
from post import Post
from sqlalchemy import Engine
from wire import Wire

from app import inbox as inboxes
from app.inbox import BUSY_SIZE, BrokerAwayError, DatabaseInbox, Delivery, Inbox, RabbitInbox
from app.model_loader import Model
from app.scoring import score
from app.settings import WorkerSettings
from app.sweeping import Sweeper
from app.worker import Worker
from fitburn import notifications
from fitburn.messages import ScoreRequest
from fitburn.notifications import Listener
from fitburn.settings import DatabaseSettings

BATCH = WorkerSettings(batch_size=50, batch_wait_ms=200)
PATIENT = WorkerSettings(batch_wait_ms=1_000)

Connect = Callable[..., RabbitInbox]


def make_worker(engine: Engine, model: Model, inbox: Inbox, *, after_sec: float = 30, every_sec: float = 0.2) -> Worker:
    sweeper = Sweeper(engine, model, batch_size=100, after_sec=after_sec, lease_sec=30)
    return Worker(engine, model, inbox, sweeper, sweep_every_sec=every_sec)


def strangers(count: int) -> list[ScoreRequest]:
    """Requests for workouts that do not exist."""
    return [ScoreRequest(workout_id=uuid4(), prediction_id=uuid4()) for _ in range(count)]


def take_some(inbox: RabbitInbox) -> Sequence[Delivery]:
    """The next batch that is not empty."""
    deadline = time.monotonic() + 60
    while not (deliveries := inbox.take()):
        assert time.monotonic() < deadline, "nothing was delivered"
    return deliveries


def take_all(inbox: RabbitInbox, count: int) -> Sequence[Delivery]:
    """The next so many messages, in however many pieces they come over the network."""
    deliveries: list[Delivery] = []
    while len(deliveries) < count:
        deliveries += take_some(inbox)
    return deliveries


def arrive(inbox: RabbitInbox, count: int) -> None:
    """Wait until so many messages are here, without taking them. The inbox must have connected: `take` does."""

    def arrived() -> bool:
        inbox.idle(0.01)
        return len(inbox._arrived) == count

    until(arrived)


@pytest.fixture
def connect(post: Post) -> Iterator[Connect]:
    """Makes connected inboxes, which end with the test however it ends."""
    with ExitStack() as opened:

        def connected(settings: WorkerSettings = BATCH) -> RabbitInbox:
            inbox = opened.enter_context(closing(RabbitInbox(post.url, settings)))
            assert inbox.take() == []
            return inbox

        yield connected


def test_messages_are_taken_in_order_and_never_more_than_a_batch_holds(post: Post, connect: Connect) -> None:
    requests = strangers(120)
    inbox = connect()
    post.send(requests)
    arrive(inbox, 100)
    batches = [take_some(inbox) for _ in range(2)]
    inbox.settle([*batches[0], *batches[1]], [])
    arrive(inbox, 20)
    batches.append(take_some(inbox))
    assert [len(batch) for batch in batches] == [50, 50, 20]
    assert [delivery.request for batch in batches for delivery in batch] == requests


def test_lone_message_does_not_wait_for_company(post: Post, connect: Connect) -> None:
    inbox = connect(PATIENT)
    post.send(strangers(1))
    arrive(inbox, 1)
    begun = time.monotonic()
    assert len(inbox.take()) == 1
    assert time.monotonic() - begun < PATIENT.batch_wait_ms / 2000


def test_batch_gathers_after_one_that_was_not_small(post: Post, connect: Connect) -> None:
    inbox = connect(PATIENT)
    post.send(strangers(BUSY_SIZE))
    arrive(inbox, BUSY_SIZE)
    assert len(inbox.take()) == BUSY_SIZE
    post.send(strangers(1))
    arrive(inbox, 1)
    begun = time.monotonic()
    assert len(inbox.take()) == 1
    assert time.monotonic() - begun >= PATIENT.batch_wait_ms / 1000


def test_two_batches_are_fetched_ahead_and_no_more(post: Post, connect: Connect) -> None:
    inbox = connect()
    post.send(strangers(300))
    until(lambda: post.waiting() == 200)
    arrive(inbox, 100)
    inbox.settle(inbox.take(), [])
    until(lambda: post.waiting() == 150)
    inbox.close()
    until(lambda: post.waiting() == 250)


MALFORMED = {
    "empty": b"",
    "no JSON": b"workout",
    "garbage": b"\xff\x00" * 524_288,
    "no object": b"[]",
    "fields missing": b"{}",
    "a field too many": b'{"workout_id": "%s", "prediction_id": "%s", "x": 1}' % ((str(uuid4()).encode(),) * 2),
    "wrong types": b'{"workout_id": 1, "prediction_id": null}',
    "no UUID": b'{"workout_id": "w1", "prediction_id": "p1"}',
}


def test_malformed_messages_are_dead_letters_at_once_and_good_ones_are_scored(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    requests = gym.log_plain(10)
    good = [request.to_body() for request in requests]
    post.send_raw([body for pair in zip(good, [*MALFORMED.values(), b"1", b"2"], strict=True) for body in pair])
    with running(make_worker(engine, model, RabbitInbox(post.url, BATCH))):
        until(lambda: gym.all_done(requests) and post.dead() == 10)
    assert sorted(post.dead_bodies()) == sorted([*MALFORMED.values(), b"1", b"2"])
    assert post.waiting() == 0
    gym.assert_books_balance()


def test_unknown_workouts_are_dead_letters_and_their_neighbours_are_scored(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    requests, unknown = gym.log_plain(20), strangers(3)
    post.send([unknown[0], *requests[:10], unknown[1], *requests[10:], unknown[2]])
    with running(make_worker(engine, model, RabbitInbox(post.url, BATCH))):
        until(lambda: gym.all_done(requests) and post.dead() == 3)
    assert {ScoreRequest.from_body(body) for body in post.dead_bodies()} == set(unknown)
    assert post.waiting() == 0


def test_message_that_no_worker_survives_is_a_dead_letter_after_five_deliveries(post: Post) -> None:
    (request,) = strangers(1)
    post.send([request])
    for _ in range(5):
        assert post.dead() == 0
        with closing(RabbitInbox(post.url, BATCH)) as inbox:
            assert [delivery.request for delivery in take_some(inbox)] == [request]
    until(lambda: post.dead() == 1)
    assert post.waiting() == 0


def test_worker_that_dies_between_commit_and_acknowledgement_doubles_nothing(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    requests = gym.log_plain(20)
    post.send(requests)
    with closing(RabbitInbox(post.url, BATCH)) as dying:
        score(engine, model, [delivery.request for delivery in take_all(dying, 20)])
        before = gym.outcomes(requests)
    until(lambda: post.waiting() == 20)
    with running(make_worker(engine, model, RabbitInbox(post.url, BATCH))):
        until(lambda: post.waiting() == 0)
    assert gym.outcomes(requests) == before
    assert (post.waiting(), post.dead()) == (0, 0)
    gym.assert_books_balance()


class Witness(RabbitInbox):
    """Looks into the database whenever messages are about to be acknowledged."""

    def __init__(self, post: Post, gym: Gym) -> None:
        super().__init__(post.url, BATCH)
        self._gym = gym
        self.seen: list[str] = []

    def settle(self, deliveries: Sequence[Delivery], dead: Sequence[Delivery]) -> None:
        self.seen += self._gym.statuses([delivery.request for delivery in deliveries])
        super().settle(deliveries, dead)


def test_messages_are_acknowledged_after_the_commit(gym: Gym, engine: Engine, model: Model, post: Post) -> None:
    post.send(gym.log_plain(120))
    witness = Witness(post, gym)
    with running(make_worker(engine, model, witness)):
        until(lambda: len(witness.seen) == 120)
    assert set(witness.seen) == {"done"}
    assert post.waiting() == 0


def test_cut_connection_is_told_and_its_messages_come_again(post: Post) -> None:
    requests = strangers(30)
    post.send(requests)
    with Wire(post.url) as wire, closing(RabbitInbox(wire.url, BATCH)) as inbox:
        batch = take_some(inbox)
        wire.cut()
        with pytest.raises(BrokerAwayError):
            inbox.settle(batch, [])
            take_some(inbox)
        with pytest.raises(BrokerAwayError):
            inbox.take()
        wire.mend()
        until(lambda: post.waiting() == 30)
        assert [delivery.request for delivery in take_all(inbox, 30)] == requests


def test_without_broker_rows_are_swept_and_with_it_messages_flow_again(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    with (
        Wire(post.url) as wire,
        running(make_worker(engine, model, RabbitInbox(wire.url, BATCH), after_sec=0.3, every_sec=5)),
    ):
        first = gym.log_plain(5)
        post.send(first)
        until(lambda: gym.all_done(first))
        wire.cut()
        # 30 batches: they must not wait for one another, which would be 150 s, nor for a broker that does not answer.
        uncalled = gym.log_plain(3_000)
        until(lambda: gym.all_done(uncalled))
        wire.mend()
        last = strangers(2)
        post.send(last)
        until(lambda: post.dead() == 2)
    assert post.waiting() == 0
    gym.assert_books_balance()


def test_while_the_broker_is_away_nobody_waits_for_the_patience_that_messages_deserve(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    with Wire(post.url) as wire, running(make_worker(engine, model, RabbitInbox(wire.url, BATCH), after_sec=300)):
        called = gym.log_plain(1)
        post.send(called)
        until(lambda: gym.all_done(called))
        wire.cut()
        uncalled = gym.log_plain(100)
        until(lambda: gym.all_done(uncalled))
        wire.mend()
        # Nor for those that were accepted before the others had their connections back.
        late = gym.log_plain(1)
        until(lambda: gym.all_done(late))
    gym.assert_books_balance()


def test_worker_whose_queue_was_deleted_makes_it_anew(gym: Gym, engine: Engine, model: Model, post: Post) -> None:
    with running(make_worker(engine, model, RabbitInbox(post.url, BATCH))):
        first = gym.log_plain(1)
        post.send(first)
        until(lambda: gym.all_done(first))
        post.delete_queues()
        second = gym.log_plain(1)

        def scored_when_sent_again() -> bool:
            post.send(second)
            return gym.all_done(second)

        until(scored_when_sent_again)
    gym.assert_books_balance()


def test_database_that_goes_away_loses_no_message(
    gym: Gym, engine: Engine, model: Model, post: Post, settings: DatabaseSettings
) -> None:
    from fitburn.database import make_engine

    with Wire(settings.database_url.get_secret_value()) as wire:
        through_the_wire = make_engine(DatabaseSettings.model_validate({"database_url": wire.url}), "worker-test")
        with running(make_worker(through_the_wire, model, RabbitInbox(post.url, BATCH))):
            first, second = gym.log_plain(30), gym.log_plain(200)
            post.send(first)
            until(lambda: gym.all_done(first))
            wire.cut()
            post.send(second)
            until(lambda: post.waiting() == 100)  # two batches are with the worker
            assert set(gym.statuses(second)) == {"pending"}
            wire.mend()
            until(lambda: gym.all_done(second))
        through_the_wire.dispose()
    assert (post.waiting(), post.dead()) == (0, 0)
    gym.assert_books_balance()


@pytest.fixture
def without_broker(engine: Engine, model: Model, settings: DatabaseSettings) -> DatabaseInbox:
    at_once = Sweeper(engine, model, batch_size=50, after_sec=0, lease_sec=30)
    return DatabaseInbox(at_once, Listener(settings, "worker-test", (notifications.PENDING,)))


def test_without_broker_batches_come_from_the_rows(
    gym: Gym, engine: Engine, model: Model, without_broker: DatabaseInbox
) -> None:
    requests = gym.log_plain(180)
    with running(make_worker(engine, model, without_broker)):
        until(lambda: gym.all_done(requests))
    gym.assert_books_balance()


def test_without_broker_a_notification_wakes_the_worker(
    gym: Gym, without_broker: DatabaseInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "PATIENCE_SEC", 0.01)
    assert without_broker.take() == []  # it listens from now on
    monkeypatch.setattr(inboxes, "PATIENCE_SEC", 60)
    gym.do(f"notify {notifications.PENDING}")
    started = time.monotonic()
    assert without_broker.take() == []
    assert time.monotonic() - started < 30
    without_broker.close()


def test_without_broker_a_lost_connection_is_made_again(
    gym: Gym, engine: Engine, model: Model, without_broker: DatabaseInbox
) -> None:
    with running(make_worker(engine, model, without_broker)):
        first = gym.log_plain(5)
        until(lambda: gym.all_done(first))
        gym.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker-test'")
        second = gym.log_plain(5)
        until(lambda: gym.all_done(second))
    gym.assert_books_balance()
