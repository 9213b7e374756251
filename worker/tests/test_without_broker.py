"""A worker without RabbitMQ claims its batches from the pending rows."""

import time

import pytest
from at_work import make_worker, running
from gym import Gym
from patience import until
from sqlalchemy import Engine

from app import inbox as inboxes
from app.inbox import DatabaseInbox
from app.model_loader import Model
from app.sweeping import Sweeper
from fitburn import notifications
from fitburn.notifications import Listener
from fitburn.settings import DatabaseSettings


@pytest.fixture
def without_broker(engine: Engine, model: Model, settings: DatabaseSettings) -> DatabaseInbox:
    sweeper = Sweeper(engine, model.version, batch_size=50, lease_sec=30)
    return DatabaseInbox(sweeper, Listener(settings, "worker-test", (notifications.PENDING,)))


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
    assert without_broker.take() == []  # listens from here on
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
