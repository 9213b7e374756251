"""Sweepers claim rows whose wake-up message was lost, and fail rows that no worker survives."""

from datetime import timedelta
from functools import partial

import pytest
from gym import Gym
from patience import at_once
from sqlalchemy import Engine

from app.model_loader import Model
from app.scoring import score
from app.sweeping import Sweeper

LONG_AGO = timedelta(minutes=2)
JUST_NOW = timedelta(seconds=1)
AFTER_SEC = 30


@pytest.fixture
def sweeper(engine: Engine, model: Model) -> Sweeper:
    return Sweeper(engine, model.version, batch_size=100, lease_sec=30)


def test_only_rows_that_wait_for_long_are_claimed_oldest_first(gym: Gym, sweeper: Sweeper) -> None:
    younger = gym.log_plain(2, accepted_ago=LONG_AGO)
    older = gym.log_plain(2, accepted_ago=2 * LONG_AGO)
    gym.log_plain(2, accepted_ago=JUST_NOW)
    assert set(sweeper.claim(after_sec=AFTER_SEC)) == {*older, *younger}


def test_batch_is_the_oldest_that_fit(gym: Gym, engine: Engine, model: Model) -> None:
    gym.log_plain(3, accepted_ago=LONG_AGO)
    older = gym.log_plain(2, accepted_ago=2 * LONG_AGO)
    sweeper = Sweeper(engine, model.version, batch_size=2, lease_sec=30)
    assert set(sweeper.claim(after_sec=AFTER_SEC)) == set(older)


def test_claimed_row_is_left_alone_until_its_lease_is_over(gym: Gym, sweeper: Sweeper) -> None:
    gym.log_plain(1, accepted_ago=LONG_AGO, claimed_ago=JUST_NOW, attempts=1)
    (abandoned,) = gym.log_plain(1, accepted_ago=LONG_AGO, claimed_ago=LONG_AGO, attempts=1)
    assert sweeper.claim(after_sec=AFTER_SEC) == [abandoned]
    assert sweeper.claim(after_sec=AFTER_SEC) == []
    assert gym.outcomes([abandoned])[0].attempts == 2


def test_scored_rows_are_not_claimed(gym: Gym, engine: Engine, model: Model, sweeper: Sweeper) -> None:
    requests = gym.log_plain(5, accepted_ago=LONG_AGO)
    score(engine, model, requests)
    assert sweeper.claim(after_sec=AFTER_SEC) == []


def test_concurrent_sweepers_share_the_rows(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log_plain(300, accepted_ago=LONG_AGO)
    sweepers = [Sweeper(engine, model.version, batch_size=100, lease_sec=30) for _ in range(3)]
    claims = at_once([partial(sweeper.claim, after_sec=AFTER_SEC) for sweeper in sweepers])
    claimed = [request for claim in claims for request in claim]
    assert len(claimed) == len(set(claimed))
    while more := sweepers[0].claim(after_sec=AFTER_SEC):
        claimed += more
    assert sorted(r.workout_id for r in claimed) == sorted(r.workout_id for r in requests)


def die(gym: Gym) -> None:
    """The worker that claimed rows has died, and its lease is over."""
    gym.do("update predictions set claimed_at = claimed_at - interval '1 minute' where status = 'pending'")


def test_row_fails_after_five_claims(gym: Gym, sweeper: Sweeper) -> None:
    (request,) = gym.log_plain(1, accepted_ago=LONG_AGO)
    for _ in range(5):
        assert sweeper.claim(after_sec=AFTER_SEC) == [request]
        die(gym)
    assert sweeper.claim(after_sec=AFTER_SEC) == []
    (row,) = gym.outcomes([request])
    assert (row.status, row.error_code) == ("failed", "attempts_exhausted")
    gym.assert_books_balance()


def test_row_that_crashes_its_workers_takes_no_other_rows_with_it(
    gym: Gym, engine: Engine, model: Model, sweeper: Sweeper
) -> None:
    requests = gym.log_plain(20, accepted_ago=LONG_AGO)
    killer = requests[7]
    claims = 0
    while "pending" in gym.statuses(requests):
        claims += 1
        assert claims < 100, "some row stays pending"
        claimed = sweeper.claim(after_sec=AFTER_SEC)
        if killer in claimed:
            die(gym)
        else:
            score(engine, model, claimed)
    outcomes = [row.error_code for row in gym.outcomes(requests)]
    assert outcomes == [None] * 7 + ["attempts_exhausted"] + [None] * 12
    gym.assert_books_balance()
