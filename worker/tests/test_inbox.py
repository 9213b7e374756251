"""How an inbox gathers, refuses, redelivers and dead-letters messages."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from uuid import uuid4

import pytest
from at_work import make_worker, running
from gym import Gym
from patience import quickest, until
from post import Post, body, strangers
from sqlalchemy import Engine
from taking import BATCH, arrive, take_all, take_some

from app.inbox import BUSY_SIZE, Delivery, RabbitInbox
from app.model_loader import Model
from app.scoring import score
from app.settings import WorkerSettings
from fitburn.messages import ScoreRequest

PATIENT = WorkerSettings(batch_wait_ms=1_000)

Connect = Callable[..., RabbitInbox]


@pytest.fixture
def connect(post: Post) -> Iterator[Connect]:
    """Makes connected inboxes, which are closed after the test."""
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

    def take_one() -> None:
        post.send(strangers(1))
        arrive(inbox, 1)
        assert len(inbox.take()) == 1

    assert quickest(take_one) < PATIENT.batch_wait_ms / 2000


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


def test_malformed_messages_are_dead_letters_and_valid_ones_are_scored(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    requests = gym.log_plain(10)
    good = [body(request) for request in requests]
    post.send_raw(chain.from_iterable(zip(good, [*MALFORMED.values(), b"1", b"2"], strict=True)))
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
    assert {ScoreRequest.from_body(dead) for dead in post.dead_bodies()} == set(unknown)
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


def test_worker_that_dies_between_commit_and_acknowledgement_books_nothing_twice(
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
    """Reads the statuses of the workouts before their messages are acknowledged."""

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
