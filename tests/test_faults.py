"""Processes are killed, stopped and started while workouts are logged: none is lost or doubled, the books balance."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import requests
from books import assert_books_balance
from members import Flow, new_member, submit_bulk, workout
from patience import until
from running import WORKERS, RunningStack

from fitburn_client import FitBurn

DONE = "select count(*) from predictions where status = 'done'"
SWEPT_WITHIN_SEC = 60


def count(stack: RunningStack, query: str) -> int:
    return int(stack.sql(query)[0][0])


def test_workers_killed_in_the_middle_of_2000_workouts(stack: RunningStack) -> None:
    pids, done_before = [stack.pid(name) for name in WORKERS], count(stack, DONE)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(submit_bulk, stack, 2_000)
        until(lambda: count(stack, DONE) >= done_before + 100)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        done_when_killed = count(stack, DONE) - done_before
        accepted = sending.result()
    assert 100 <= done_when_killed < 2_000
    assert_books_balance(stack, accepted)


def test_api_killed_while_workouts_are_logged(stack: RunningStack) -> None:
    with Flow(stack) as flow:
        flow.goes_on()
        stack.kill("api")
        flow.goes_on()
    assert_books_balance(stack, flow.accepted)


def kill_while_workouts_are_logged(stack: RunningStack, name: str) -> None:
    with Flow(stack) as flow:
        flow.goes_on()
        stack.kill(name)
        flow.goes_on()
        stack.start(name)
        flow.goes_on()
    assert_books_balance(stack, flow.accepted)


def test_postgresql_killed_while_workouts_are_logged(stack: RunningStack) -> None:
    kill_while_workouts_are_logged(stack, "postgres")


def test_rabbitmq_killed_while_workouts_are_logged(stack_with_rabbitmq: RunningStack) -> None:
    kill_while_workouts_are_logged(stack_with_rabbitmq, "rabbitmq")


def test_postgresql_stopped_and_started_while_workouts_are_logged(stack: RunningStack) -> None:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with Flow(stack) as flow:
        flow.goes_on()
        stack.stop("postgres")
        sent = workout(new_member()).to_json()
        answer = requests.post(f"{stack.api_url}/workouts", json=sent, headers=headers, timeout=60)
        stack.start("postgres")
        flow.goes_on()
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert_books_balance(stack, flow.accepted)


def test_rabbitmq_stopped_and_started_while_workouts_are_logged(stack_with_rabbitmq: RunningStack) -> None:
    stack = stack_with_rabbitmq
    with Flow(stack) as flow, FitBurn(stack.api_url, stack.api_key, retry_for=0) as api:
        flow.goes_on()
        stack.stop("rabbitmq")
        until(lambda: api.operations.health()["status"] == "degraded")
        accepted_before = set(flow.accepted.values())
        flow.goes_on()
        accepted_without = [one for one in list(flow.accepted.values()) if one not in accepted_before]
        predictions = list(api.predictions.wait_all(accepted_without, timeout=SWEPT_WITHIN_SEC))
        stack.start("rabbitmq")
        until(lambda: api.operations.health()["status"] == "ok")
        flow.goes_on()
    assert {one.status for one in predictions} == {"done"}
    assert_books_balance(stack, flow.accepted)
