"""A workout becomes calories and points, over HTTP and AMQP."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from books import assert_books_balance
from members import new_member, submit_bulk, workout
from patience import until
from running import DEAD_QUEUE, RunningStack

from fitburn_client import FitBurn


def headers(stack: RunningStack, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.api_key}", "Idempotency-Key": key}


def test_workout_becomes_calories_and_points(stack: RunningStack) -> None:
    member, key = new_member(), uuid.uuid4().hex
    sent = workout(member, workout_type="running", duration_min=35).to_json()
    answer = requests.post(f"{stack.api_url}/workouts", json=sent, headers=headers(stack, key), timeout=60)
    accepted = answer.json()
    assert answer.status_code == 202
    assert accepted["status"] == "pending"
    where = answer.headers["Location"]
    assert where == f"/predictions/{accepted['workout_id']}"

    scored = requests.get(f"{stack.api_url}{where}?wait=30", headers=headers(stack, key), timeout=90).json()
    assert scored["status"] == "done"
    assert scored["prediction_id"] == accepted["prediction_id"]
    assert 150 < scored["calories_pred"] < 600
    assert scored["points"] == int(scored["calories_pred"] / 10)
    points = requests.get(f"{stack.api_url}/members/{member}/points", headers=headers(stack, key), timeout=60).json()
    assert points["balance"] == scored["points"]
    assert [item["amount"] for item in points["items"]] == [scored["points"]]
    assert_books_balance(stack, {key: accepted["workout_id"]})


def test_same_request_ten_times_at_once_is_one_workout_with_one_award(stack: RunningStack) -> None:
    member, key = new_member(), uuid.uuid4().hex
    sent = workout(member).to_json()

    def post(_: int) -> requests.Response:
        return requests.post(f"{stack.api_url}/workouts", json=sent, headers=headers(stack, key), timeout=60)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(post, range(10)))
    assert {answer.status_code for answer in answers} == {202}
    (workout_id,) = {answer.json()["workout_id"] for answer in answers}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    with FitBurn(stack.api_url, stack.api_key) as api:
        prediction = api.predictions.wait(workout_id)
        assert len(list(api.workouts.recent(member))) == 1
        assert [transfer.amount for transfer in api.points.transfers(member)] == [prediction.points]
    assert_books_balance(stack, {key: workout_id})


def test_limits_of_a_day_hold_for_a_member_who_sends_everything_at_once(stack: RunningStack) -> None:
    member = new_member()
    with FitBurn(stack.api_url, stack.api_key) as api, ThreadPoolExecutor(8) as pool:
        keys = [uuid.uuid4().hex for _ in range(60)]
        tickets = list(pool.map(lambda key: api.workouts.submit(workout(member), key), keys))
        list(api.predictions.wait_all([ticket.workout_id for ticket in tickets]))
    assert_books_balance(stack, {key: ticket.workout_id for key, ticket in zip(keys, tickets, strict=True)})


MALFORMED = [b"", b"no JSON", b"\xff" * 100_000, b'{"workout_id": 1}', b'["a list"]']


def test_malformed_messages_are_dead_letters_and_do_not_hurt_their_neighbours(
    stack_with_rabbitmq: RunningStack,
) -> None:
    stack = stack_with_rabbitmq
    dead_before = stack.waiting(DEAD_QUEUE)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(submit_bulk, stack, 500)
        for _ in range(5):
            stack.publish(*MALFORMED)
        accepted = sending.result()
    until(lambda: stack.waiting(DEAD_QUEUE) == dead_before + 5 * len(MALFORMED))
    assert_books_balance(stack, accepted)


def test_messages_sent_again_double_nothing_and_unknown_ones_are_dead_letters(
    stack_with_rabbitmq: RunningStack,
) -> None:
    stack = stack_with_rabbitmq
    accepted = submit_bulk(stack, 50)
    assert_books_balance(stack, accepted)
    before = stack.sql("select id, amount from point_transfers order by id")
    dead_before = stack.waiting(DEAD_QUEUE)
    known = stack.sql("select workout_id::text, id::text from predictions order by id desc limit 50")
    body = '{{"workout_id": "{}", "prediction_id": "{}"}}'
    stack.publish(*(body.format(*ids).encode() for ids in known * 3))
    stack.publish(body.format(uuid.uuid4(), uuid.uuid4()).encode())
    until(lambda: stack.waiting(DEAD_QUEUE) == dead_before + 1)
    assert stack.sql("select id, amount from point_transfers order by id") == before
    assert_books_balance(stack, accepted)


def test_database_is_the_queue_where_there_is_no_rabbitmq(stack_without_rabbitmq: RunningStack) -> None:
    stack = stack_without_rabbitmq
    with FitBurn(stack.api_url, stack.api_key) as api:
        assert api.operations.health()["queue"] == "database"
        key = uuid.uuid4().hex
        ticket = api.workouts.submit(workout(new_member()), key)
        assert api.predictions.wait(ticket.workout_id).status == "done"
    accepted = submit_bulk(stack, 1_000)
    stack.kill("worker-1")
    assert_books_balance(stack, accepted | {key: ticket.workout_id})


@pytest.mark.parametrize("body", [b"{", b'{"user_id": "x"}', b"[1, 2]"])
def test_what_is_refused_leaves_no_trace(stack: RunningStack, body: bytes) -> None:
    count = "select count(*) from workouts"
    before = stack.sql(count)
    answer = requests.post(
        f"{stack.api_url}/workouts",
        data=body,
        headers={**headers(stack, uuid.uuid4().hex), "Content-Type": "application/json"},
        timeout=60,
    )
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert stack.sql(count) == before
