"""No history of workouts, cut into any batches and scored side by side, earns more than the rules allow."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from chance import examples
from gym import Gym
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import at_once
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.model_loader import Model
from app.scoring import score
from fitburn.database import is_transient
from fitburn.messages import ScoreRequest

MONDAY = datetime.combine(datetime.now(UTC).date() - timedelta(days=4), time_of_day(), UTC)
WORKERS = 3

# Long enough for every limit of a day, dense enough to overlap, on both sides of two midnights.
ENTRY = st.fixed_dictionaries(
    {
        "member": st.integers(0, 2),
        "ts": st.integers(-20, 20).map(lambda quarters: MONDAY + timedelta(hours=12, minutes=90 * quarters)),
        "duration_min": st.sampled_from([20.0, 45.0, 80.0, 110.0]),
        "avg_hr": st.sampled_from([None, 120.0, 150.0, 172.0, 239.0]),
        "weight_kg": st.sampled_from([55.0, 80.0, 110.0]),
    }
)
HISTORY = st.lists(ENTRY, min_size=1, max_size=40)

DATABASE_EXAMPLES = settings(max_examples=examples(25))


def patiently(engine: Engine, model: Model, requests: list[ScoreRequest]) -> None:
    """Score, and retry transient errors as a worker does."""
    deadline = time.monotonic() + 60
    while True:
        try:
            score(engine, model, requests)
            return
        except SQLAlchemyError as error:
            if not is_transient(error) or time.monotonic() > deadline:
                raise


def shifts(
    engine: Engine, model: Model, requests: list[ScoreRequest], batches: list[list[int]]
) -> list[Callable[[], None]]:
    """The work of each worker: its batches one after the other, and finally all workouts, as a sweep might."""

    def work(own: list[list[int]]) -> None:
        for batch in own:
            patiently(engine, model, [requests[n % len(requests)] for n in batch])
        patiently(engine, model, requests)

    return [lambda own=batches[n::WORKERS]: work(own) for n in range(WORKERS)]  # type: ignore[misc]


@DATABASE_EXAMPLES
@given(history=HISTORY, batches=st.lists(st.lists(st.integers(0, 39), min_size=1, max_size=12), max_size=9))
def test_caps_hold_for_any_batches_on_several_workers(
    gym: Gym, engine: Engine, model: Model, history: list[dict[str, Any]], batches: list[list[int]]
) -> None:
    members = gym.join(3)
    requests = gym.log({"member_id": members[entry["member"]], "speed_kmh": None, **entry} for entry in history)
    at_once(shifts(engine, model, requests, batches))
    # A row that was locked by one worker may have been skipped by the others.
    score(engine, model, requests)
    assert gym.all_done(requests)
    gym.assert_books_balance()


def test_three_workers_at_once_credit_a_day_once(gym: Gym, engine: Engine, model: Model) -> None:
    (member,) = gym.join()
    requests = gym.log({"member_id": member, "ts": MONDAY + timedelta(minutes=40 * n)} for n in range(30))
    batches = [requests[n::WORKERS] for n in range(WORKERS)]
    at_once([lambda own=own: patiently(engine, model, own) for own in batches])  # type: ignore[misc]
    rows = gym.outcomes(requests)
    assert sum(row.points > 0 for row in rows) == 3
    assert gym.balance(member) == sum(row.points for row in rows) <= 150
    gym.assert_books_balance()


def test_batches_that_share_several_clubs_are_all_scored(gym: Gym, engine: Engine, model: Model) -> None:
    clubs = [gym, *(Gym(gym.owner, slug=f"club-{n}") for n in range(4))]
    for _ in range(10):
        requests = [[club.log_plain(2) for club in (clubs if n % 2 else clubs[::-1])] for n in range(WORKERS)]
        batches = [[request for part in parts for request in part] for parts in requests]
        at_once([lambda own=own: patiently(engine, model, own) for own in batches])  # type: ignore[misc]
        assert all(gym.all_done(batch) for batch in batches)
    gym.assert_books_balance()
