"""The client and its command line against the running system."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from shell import SCORING_SEC, run, workout

from fitburn_client import (
    BULK_LIMIT,
    ConflictError,
    FitBurn,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    StillPendingError,
    UnauthorizedError,
    Workout,
)
from fitburn_client.csv_import.vocabulary import LIMITS
from fitburn_client.resources.predictions import LONGEST_HOLD_SEC


def test_wait_returns_a_scored_workout(client: FitBurn, member: str) -> None:
    submission = client.workouts.submit(workout(member))
    prediction = client.predictions.wait(submission.workout_id, timeout=SCORING_SEC)
    assert prediction.status == "done"
    assert prediction.user_id == member
    assert 200 < (prediction.calories_pred or 0) < 700
    assert prediction.points
    assert prediction.processed_at
    assert prediction.created_at
    assert prediction.processed_at >= prediction.created_at


def test_same_key_from_many_threads_makes_one_workout(client: FitBurn, member: str) -> None:
    same = workout(member)
    with ThreadPoolExecutor(10) as pool:
        submissions = list(pool.map(lambda _: client.workouts.submit(same, f"visit-{member}"), range(10)))
    assert len({submission.workout_id for submission in submissions}) == 1
    assert sum(not submission.replayed for submission in submissions) == 1
    assert len(list(client.workouts.recent(member))) == 1


def test_same_key_with_another_body_is_refused(client: FitBurn, member: str) -> None:
    client.workouts.submit(workout(member), f"visit-{member}")
    with pytest.raises(InvalidRequestError) as caught:
        client.workouts.submit(workout(member, duration_min=41), f"visit-{member}")
    assert caught.value.code == "idempotency_mismatch"


def test_refusal_names_the_field(client: FitBurn, member: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        client.workouts.submit(workout(member, duration_min=-5))
    assert [error.pointer for error in caught.value.errors] == ["/duration_min"]
    assert caught.value.request_id
    with pytest.raises(NotFoundError):
        client.points.get(member)


def test_bulk_refuses_bad_items_and_accepts_the_others(client: FitBurn, member: str) -> None:
    items = [workout(member, hours_ago=2 + n, workout_type="running" if n % 5 else "chess") for n in range(20)]
    results = list(client.workouts.submit_bulk(items))
    assert [result.accepted for result in results] == [bool(n % 5) for n in range(20)]
    assert results[0].error
    assert results[0].error.errors[0].pointer == "/workout_type"
    ids = [result.workout_id for result in results if result.workout_id]
    assert {prediction.status for prediction in client.predictions.wait_all(ids, timeout=SCORING_SEC)} == {"done"}


def test_recent_pages_through_all_newest_first(client: FitBurn, member: str) -> None:
    sent = [client.workouts.submit(workout(member, hours_ago=n + 1)).workout_id for n in range(25)]
    pages = list(client.workouts.recent(member).pages(limit=10))
    assert [len(page.items) for page in pages] == [10, 10, 5]
    seen = [workout.workout_id for page in pages for workout in page.items]
    assert seen == sent[::-1]


def test_balance_is_the_sum_of_transfers_and_of_points(client: FitBurn, member: str) -> None:
    items = [workout(member, hours_ago=3 + 20 * n) for n in range(6)]
    ids = [result.workout_id for result in client.workouts.submit_bulk(items) if result.workout_id]
    points = [prediction.points or 0 for prediction in client.predictions.wait_all(ids, timeout=SCORING_SEC)]
    assert sum(points) > 0
    assert client.points.get(member).balance == sum(points)
    assert client.points.get(member).balance == sum(transfer.amount for transfer in client.points.transfers(member))


def test_workout_that_is_not_scored_yet_is_still_pending_or_done_never_lost(client: FitBurn, member: str) -> None:
    submission = client.workouts.submit(workout(member))
    try:
        early = client.predictions.wait(submission.workout_id, timeout=0)
    except StillPendingError as error:
        assert error.workout_ids == (submission.workout_id,)
        early = client.predictions.wait(submission.workout_id, timeout=SCORING_SEC)
    assert early.status == "done"


def test_wrong_key_is_refused(stack: Any, member: str) -> None:
    with FitBurn(stack.api_url, "fbk_wrong") as stranger, pytest.raises(UnauthorizedError):
        stranger.workouts.submit(workout(member))


def test_member_logs_in_trains_and_logs_out(stack: Any) -> None:
    email, password = f"{uuid.uuid4().hex}@example.com", uuid.uuid4().hex
    with FitBurn(stack.api_url) as visitor:
        login = visitor.accounts.register(email, password, "Anna")
        with pytest.raises(ConflictError):
            visitor.accounts.register(email, password, "Anna")
        with pytest.raises(UnauthorizedError):
            visitor.accounts.login(email, "not the password")
    with FitBurn(stack.api_url, login.access_token) as anna:
        assert anna.me.update(gender="Female", birth_year=1991, height_cm=168, weight_kg=62.5).weight_kg == 62.5
        assert (anna.me.get().user_id, anna.me.get().email) == (login.user_id, email)
        submission = anna.workouts.submit(
            Workout(ts=datetime.now(UTC) - timedelta(hours=1), duration_min=30, avg_hr=140)
        )
        prediction = anna.predictions.wait(submission.workout_id, timeout=SCORING_SEC)
        assert anna.points.get().balance == prediction.points
        with pytest.raises(ForbiddenError):
            anna.workouts.submit(workout("another-member"))
        anna.accounts.logout()
        with pytest.raises(UnauthorizedError):
            anna.me.get()


def test_rules_need_no_token_and_agree_with_the_client(stack: Any) -> None:
    with FitBurn(stack.api_url) as visitor:
        rules = visitor.rules.get()
    assert rules.requests.max_bulk_items == BULK_LIMIT
    assert rules.requests.longest_wait_sec == LONGEST_HOLD_SEC
    assert {name: (rules.fields[name].low, rules.fields[name].high) for name in LIMITS} == LIMITS


def test_small_commands_print_the_answers_of_the_api(stack: Any, client: FitBurn, member: str) -> None:
    person = ["--gender", "f", "--age", "34", "--height-cm", "168", "--weight-kg", "62"]
    submitted = run(
        stack, "fitburn_client", "submit", "--user-id", member, "--minutes", "30", "--avg-hr", "140", *person
    )
    assert submitted.returncode == 0, submitted.stderr
    (scored,) = client.workouts.recent(member)
    assert f"{scored.calories_pred:.1f} kcal" in submitted.stdout
    assert f"{scored.calories_pred:.1f} kcal" in run(stack, "fitburn_client", "recent", "--user-id", member).stdout
    assert run(stack, "fitburn_client", "balance", member).stdout == f"{scored.points}\n"
    assert "database: ok" in run(stack, "fitburn_client", "health").stdout


def test_demo_is_idempotent(stack: Any) -> None:
    first, second = (run(stack, "tools.demo") for _ in range(2))
    assert first.returncode == 0, first.stderr
    handed_in = re.search(r"(\d+) workouts handed in", first.stdout)
    assert handed_in
    assert f"{handed_in[1]} workouts handed in, {handed_in[1]} of them were there already." in second.stdout
    assert "heart rate too low" in second.stdout


def test_bonus_is_paid_with_the_workout_that_reaches_the_goal(stack: Any, client: FitBurn, member: str) -> None:
    today = datetime.now(UTC).date()
    with FitBurn(stack.api_url) as visitor:
        login = visitor.accounts.register(f"{member}@example.com", "correct horse battery", "Olga")
    with psycopg2.connect(stack.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("update users set role = 'operator' where user_id = %s", (login.user_id,))
    with FitBurn(stack.api_url, login.access_token) as operator:
        bounds = {"starts_on": today - timedelta(days=6), "ends_on": today + timedelta(days=1)}
        titles = {"title_ru": "Два дня", "title_en": "Two days"}
        challenge = operator.challenges.create(
            **titles, **bounds, metric="workouts", workout_type="jump_rope", goal=2, bonus_points=33
        )
        for hours_ago in (30.0, 4.0):
            submission = client.workouts.submit(workout(member, hours_ago, workout_type="jump_rope"))
            client.predictions.wait(submission.workout_id, SCORING_SEC)
        assert [
            transfer.amount for transfer in client.points.transfers(member) if transfer.kind == "challenge_bonus"
        ] == [33]
        seen = client.challenges.get(challenge.challenge_id, user_id=member)
        assert seen.progress is not None and (seen.progress.value, seen.completions_cnt) == (2.0, 1)
        with pytest.raises(ConflictError, match="paid"):
            operator.challenges.cancel(challenge.challenge_id)
        assert client.progress.get(member).lifetime_points == client.points.get(member).balance
        assert client.progress.levels()[0].points == 0
        assert operator.progress.weekly_target().workouts == 2
