"""Requests that arrive together are written together, and each still gets its own response."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from threading import Thread
from typing import Any

import pytest
from gym import WORKOUT, Gym, workout
from patience import at_once, until
from problems import assert_problem
from service import Service
from sqlalchemy import Engine, text
from traces import Traces

StartApi = Callable[..., Service]


def test_concurrent_submissions_get_their_own_ids(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    sent = [workout(duration_min=1 + n) for n in range(200)]
    responses = at_once([partial(api.submit, gym.key, body) for body in sent])
    assert {response.status_code for response in responses} == {202}
    stored = {str(row.id): row.duration_min for row in gym.workouts()}
    assert [stored[response.json()["workout_id"]] for response in responses] == [body["duration_min"] for body in sent]


def test_submissions_during_a_commit_form_one_batch(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    with ExitStack() as connections:
        with gym.writes_blocked():
            first = Thread(target=api.submit, args=(gym.key, WORKOUT))
            first.start()
            until(gym.blocked_writers)
            sent = [connections.enter_context(send(api, gym.key, workout(duration_min=1 + n))) for n in range(60)]
            # Each response proves that the service has read everything sent before the request.
            for _ in range(5):
                assert api.get(gym.key, "/workouts/recent").status_code == 200
        assert all(connection.recv(4096).startswith(b"HTTP/1.1 202") for connection in sent)
    first.join()
    assert gym.transactions() == [1, 1, 60]


def send(api: Service, key: str, body: dict[str, Any]) -> socket.socket:
    """Send a workout over a new connection without reading the response."""
    content = json.dumps(body).encode()
    head = f"POST /workouts HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection(("127.0.0.1", api.port), timeout=60)
    connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return connection


@pytest.fixture
def no_13_minutes(owner: Engine) -> Iterator[None]:
    """A database that rejects rows which pass the API's validation."""
    with owner.connect() as connection:
        connection.execute(
            text("alter table workouts add constraint no_13_minutes check (duration_min <> 13) not valid")
        )
        yield
        connection.execute(text("alter table workouts drop constraint no_13_minutes"))


@pytest.mark.usefixtures("no_13_minutes")
def test_row_that_the_database_rejects_fails_alone(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    sent = [workout(duration_min=1 + n) for n in range(40)]
    with gym.writes_blocked():
        first = Thread(target=api.submit, args=(gym.key, WORKOUT))
        first.start()
        until(gym.blocked_writers)
    responses = at_once([partial(api.submit, gym.key, body) for body in sent])
    first.join()
    refused = [
        body["duration_min"] for body, response in zip(sent, responses, strict=True) if response.status_code != 202
    ]
    assert refused == [13]
    assert_problem(responses[12], 422, "not_writable")
    assert "no_13_minutes" not in responses[12].text
    assert sorted(row.duration_min for row in gym.workouts()) == sorted(
        [35, 35, *(1 + n for n in range(40) if n != 12)]
    )


@pytest.mark.usefixtures("no_13_minutes")
def test_bulk_item_that_the_database_rejects_fails_alone(api: Service, gym: Gym) -> None:
    items = api.bulk(gym.key, [workout(duration_min=1 + n) for n in range(100)]).json()["items"]
    assert [item["index"] for item in items if item["status"] != 202] == [12]
    assert items[12]["error"]["code"] == "not_writable"
    assert len(gym.workouts()) == 99


@pytest.mark.usefixtures("no_13_minutes")
def test_rejected_row_of_a_new_member_does_not_duplicate_its_neighbours(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    new = [workout(user_id=f"new-{n}", duration_min=12 + n) for n in range(5)]
    items = api.bulk(gym.key, [WORKOUT, *new, WORKOUT]).json()["items"]
    assert [item["status"] for item in items] == [202, 202, 422, 202, 202, 202, 202]
    assert sorted(row.duration_min for row in gym.workouts()) == [12, 14, 15, 16, 35, 35, 35]


def test_failed_write_of_a_new_member_does_not_affect_the_batch(api: Service, gym: Gym, owner: Engine) -> None:
    api.submit(gym.key, WORKOUT)
    with gym.writes_blocked():
        # Both submissions form one batch because another one is being committed.
        threads = [Thread(target=api.submit, args=(gym.key, WORKOUT))]
        threads[0].start()
        until(gym.blocked_writers)
        responses: dict[str, int] = {}
        for user_id in ("u1", "new"):
            threads.append(
                Thread(target=lambda member: responses.update({member: status_of(api, gym, member)}), args=(user_id,))
            )
            threads[-1].start()
        until(lambda: api.clients() >= 3)
        blocker = owner.connect()
        blocker.exec_driver_sql("begin")
        blocker.exec_driver_sql("lock table users in share row exclusive mode")
    blocked = "pid in (select pid from pg_locks where relation = 'users'::regclass and not granted)"
    until(lambda: gym.rows(f"select pid from pg_stat_activity where {blocked}"))
    gym.run(f"select pg_terminate_backend(pid) from pg_stat_activity where {blocked}")
    blocker.exec_driver_sql("rollback")
    blocker.close()
    for thread in threads:
        thread.join()
    assert responses == {"u1": 202, "new": 503}
    assert api.submit(gym.key, workout(user_id="new")).status_code == 202
    assert len(gym.workouts()) == 4


def status_of(api: Service, gym: Gym, user_id: str) -> int:
    return api.submit(gym.key, workout(user_id=user_id)).status_code


@pytest.mark.usefixtures("no_13_minutes")
def test_rejected_row_leaves_no_member_behind(api: Service, gym: Gym, traces: Traces) -> None:
    assert_problem(api.submit(gym.key, workout(user_id="new", duration_min=13)), 422, "not_writable")
    assert traces.changes() == {}


def test_full_queue_gets_503_and_a_later_retry_works(start_api: StartApi, gym: Gym) -> None:
    api = start_api(group_commit_max_waiting=10)
    api.submit(gym.key, WORKOUT)
    with gym.writes_blocked():
        first = Thread(target=api.bulk, args=(gym.key, [WORKOUT] * 10))
        first.start()
        until(gym.blocked_writers)
        # The batch being committed does not count; ten more may wait.
        second = Thread(target=api.bulk, args=(gym.key, [WORKOUT] * 10))
        second.start()
        until(lambda: api.clients() >= 2)
        until(lambda: api.submit(gym.key, WORKOUT, idempotency_key="late").status_code == 503)
        refused = api.submit(gym.key, WORKOUT, idempotency_key="late")
        assert_problem(refused, 503, "overloaded")
        assert int(refused.headers["retry-after"]) > 0
    first.join()
    second.join()
    assert api.submit(gym.key, WORKOUT, idempotency_key="late").status_code == 202
    assert len(gym.workouts()) == 22


def test_opposite_orders_in_two_processes_do_not_deadlock(api: Service, other_api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    for round_ in range(5):
        sent = [workout(idempotency_key=f"{round_}-{n}") for n in range(400)]
        forward, backward = at_once([partial(api.bulk, gym.key, sent), partial(other_api.bulk, gym.key, sent[::-1])])
        assert (forward.status_code, backward.status_code) == (207, 207), forward.text + backward.text
        ids = [item["workout_id"] for item in forward.json()["items"]]
        assert ids == [item["workout_id"] for item in backward.json()["items"]][::-1]
    assert len(gym.workouts()) == 2_001


def test_queued_submissions_are_written_before_shutdown(start_api: StartApi, gym: Gym) -> None:
    api = start_api()
    api.submit(gym.key, WORKOUT)
    responses = []
    with gym.writes_blocked():
        threads = [Thread(target=lambda: responses.append(api.submit(gym.key, WORKOUT))) for _ in range(5)]
        for thread in threads:
            thread.start()
        until(lambda: gym.blocked_writers() and api.clients() >= 5)
        api.process.terminate()
    for thread in threads:
        thread.join()
    assert [response.status_code for response in responses] == [202] * 5
    assert api.process.wait(timeout=60) is not None
    assert len(gym.workouts()) == 6
