"""A long poll returns as soon as the result exists, and holds no database connection while it waits."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest
from gym import WORKOUT, Gym
from patience import until
from service import Service, bearer

from app.predictions.routes import POLL_SEC

StartApi = Callable[..., Service]
SOON_SEC = POLL_SEC - 0.5  # sooner than it would find the result by polling
WAITERS = 200


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def long_poll(api: Service, gym: Gym, workout_id: str, wait: float) -> tuple[httpx.Response, float]:
    started = time.monotonic()
    response = api.get(gym.key, f"/predictions/{workout_id}", wait=wait)
    return response, time.monotonic() - started


def until_it_waits(gym: Gym, since: datetime) -> None:
    """Wait until the request has read the pending prediction and waits for a notification."""
    query = """
        select from pg_stat_activity
        where
            datname = current_database() and application_name = 'fitburn-api' and state = 'idle'
            and query not like 'listen%' and state_change > :since
    """
    until(lambda: gym.rows(query, since=since))


def now(gym: Gym) -> datetime:
    moment: datetime = gym.one("select clock_timestamp() as now").now
    return moment


def test_long_poll_returns_with_the_result(api: Service, gym: Gym, pool: ThreadPoolExecutor) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    before = now(gym)
    poll = pool.submit(long_poll, api, gym, workout_id, 30)
    until_it_waits(gym, before)
    assert not poll.done()
    finished = time.monotonic()
    gym.finish(workout_id)
    response, _ = poll.result(timeout=60)
    assert time.monotonic() - finished < SOON_SEC
    assert (response.json()["status"], response.json()["points"]) == ("done", 30)


def test_long_poll_of_a_done_workout_returns_immediately(api: Service, gym: Gym) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    gym.finish(workout_id)
    response, seconds = long_poll(api, gym, workout_id, 30)
    assert response.json()["status"] == "done"
    assert seconds < SOON_SEC


def test_long_poll_returns_on_failure(api: Service, gym: Gym, pool: ThreadPoolExecutor) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    poll = pool.submit(long_poll, api, gym, workout_id, 30)
    gym.run(
        "update predictions set status = 'failed', error_code = 'model_error', processed_at = now()"
        " where workout_id = :id",
        id=workout_id,
    )
    gym.run("select pg_notify('fitburn_scored', :id)", id=workout_id)
    response, _ = poll.result(timeout=60)
    assert (response.json()["status"], response.json()["error_code"]) == ("failed", "model_error")


def test_long_poll_times_out_as_pending(api: Service, gym: Gym) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    response, seconds = long_poll(api, gym, workout_id, 0.5)
    assert response.json()["status"] == "pending"
    assert 0.5 <= seconds < 0.5 + SOON_SEC


def test_notification_about_another_workout_does_not_end_the_long_poll(api: Service, gym: Gym) -> None:
    mine, other = (api.submit(gym.key, WORKOUT).json()["workout_id"] for _ in range(2))
    gym.finish(other)
    response, seconds = long_poll(api, gym, mine, 0.5)
    assert response.json()["status"] == "pending"
    assert seconds >= 0.5


def test_result_with_a_lost_notification_is_found(api: Service, gym: Gym, pool: ThreadPoolExecutor) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    before = now(gym)
    poll = pool.submit(long_poll, api, gym, workout_id, 30)
    until_it_waits(gym, before)
    gym.finish(workout_id, notify=False)
    response, seconds = poll.result(timeout=60)
    assert response.json()["status"] == "done"
    assert seconds < 20, "it polls the row every few seconds, long before the 30 s are over"


def test_result_during_a_listener_reconnect_is_found(api: Service, gym: Gym, pool: ThreadPoolExecutor) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    before = now(gym)
    poll = pool.submit(long_poll, api, gym, workout_id, 30)
    until_it_waits(gym, before)
    listeners = "application_name = 'fitburn-api' and query like 'listen%'"
    gym.run(f"select pg_terminate_backend(pid) from pg_stat_activity where {listeners}")
    gym.finish(workout_id)
    response, _ = poll.result(timeout=60)
    assert response.json()["status"] == "done"
    until(lambda: gym.rows(f"select pid from pg_stat_activity where {listeners}"))


def test_long_polls_hold_no_database_connections(start_api: StartApi, gym: Gym) -> None:
    api = start_api(database_pool_size=3)
    items = api.bulk(gym.key, [WORKOUT] * WAITERS).json()["items"]
    ids = [item["workout_id"] for item in items]

    async def wait_for_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=WAITERS)
        headers = bearer(gym.key)
        async with httpx.AsyncClient(base_url=api.url, timeout=60, limits=limits, headers=headers) as client:
            polls = [
                asyncio.create_task(client.get(f"/predictions/{workout_id}", params={"wait": 30})) for workout_id in ids
            ]
            await asyncio.to_thread(until, lambda: api.clients() >= WAITERS)
            # Another request is served while all of them wait.
            assert api.get(gym.key, "/workouts/recent").status_code == 200
            assert not any(task.done() for task in polls)
            # The pool, the listener's connection and the gauges' connection.
            assert api.database_connections() <= 3 + 2
            await asyncio.to_thread(finish_all, gym, ids)
            return await asyncio.gather(*polls)

    responses = asyncio.run(wait_for_all())
    assert {response.json()["status"] for response in responses} == {"done"}


def finish_all(gym: Gym, ids: list[str]) -> None:
    """Score a batch as a worker does, with many ids per notification."""
    gym.run(
        "update predictions set status = 'done', calories_pred = 1, points = 0, processed_at = now()"
        " where workout_id = any (cast(:ids as uuid[]))",
        ids=ids,
    )
    for start in range(0, len(ids), 100):
        gym.run("select pg_notify('fitburn_scored', :ids)", ids=",".join(ids[start : start + 100]))
