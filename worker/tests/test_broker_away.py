"""A worker that loses its connection, its queue or its database keeps working where it can and loses no message."""

from contextlib import closing

import pytest
from at_work import make_worker, running
from gym import Gym
from patience import until
from post import Post, strangers
from sqlalchemy import Engine
from taking import BATCH, take_all, take_some
from wire import Wire

from app.inbox import BrokerAwayError, RabbitInbox
from app.model_loader import Model
from fitburn.database import make_engine
from fitburn.settings import DatabaseSettings


def test_cut_connection_is_reported_and_its_messages_are_redelivered(post: Post) -> None:
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


def score_through_a_cut(gym: Gym, post: Post, wire: Wire, *, uncalled: int) -> None:
    """Workouts with messages are scored; then, while the broker is away, `uncalled` workouts without."""
    called = gym.log_plain(5)
    post.send(called)
    until(lambda: gym.all_done(called))
    wire.cut()
    others = gym.log_plain(uncalled)
    until(lambda: gym.all_done(others))
    wire.mend()


def test_without_broker_rows_are_swept_and_with_it_messages_flow_again(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    with (
        Wire(post.url) as wire,
        running(make_worker(engine, model, RabbitInbox(wire.url, BATCH), after_sec=0.3, every_sec=5)),
    ):
        # 30 batches: they must not wait for one another, which would be 150 s, nor for a broker that does not answer.
        score_through_a_cut(gym, post, wire, uncalled=3_000)
        last = strangers(2)
        post.send(last)
        until(lambda: post.dead() == 2)
    assert post.waiting() == 0
    gym.assert_books_balance()


def test_while_the_broker_is_away_sweeps_do_not_wait_for_messages(
    gym: Gym, engine: Engine, model: Model, post: Post
) -> None:
    with Wire(post.url) as wire, running(make_worker(engine, model, RabbitInbox(wire.url, BATCH), after_sec=300)):
        score_through_a_cut(gym, post, wire, uncalled=100)
        # The same for workouts accepted after this worker reconnected, but before the API did.
        late = gym.log_plain(1)
        until(lambda: gym.all_done(late))
    gym.assert_books_balance()


def test_worker_whose_queue_was_deleted_declares_it_again(gym: Gym, engine: Engine, model: Model, post: Post) -> None:
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
