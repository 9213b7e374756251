"""The client and its command line against the running system."""

import csv
import os
import re
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
import pytest

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

ROOT = Path(__file__).resolve().parent.parent
SCORING_SEC = 60.0


@pytest.fixture
def client(stack: Any) -> Any:
    with FitBurn(stack.api_url, stack.api_key) as client:
        yield client


@pytest.fixture
def member() -> str:
    """An id that no other test uses."""
    return f"member-{uuid.uuid4().hex[:12]}"


def workout(user_id: str | None, hours_ago: float = 2.0, **changes: Any) -> Workout:
    start = datetime.now(UTC) - timedelta(hours=hours_ago)
    values = {"gender": "Female", "age": 34, "height_cm": 168, "weight_kg": 62, "duration_min": 40, "avg_hr": 148}
    return Workout(**{"user_id": user_id, "ts": start, "workout_type": "running", **values, **changes})


def run(stack: Any, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the environment that the stack's owner would have."""
    environment = {
        **os.environ,
        "FITBURN_LOCAL_DIR": str(stack.folder),
        "FITBURN_API_URL": stack.api_url,
        "FITBURN_API_KEY": stack.api_key,
        "DATABASE_URL": stack.database_url,
    }
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def write_month(path: Path, member: str, rows: int) -> None:
    """Write workouts of three members without times, and three invalid rows."""
    with open(path, "w", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["Member", "Sex", "Age", "Height (cm)", "Weight (kg)", "Minutes", "HR", "kcal"])
        for n in range(rows):
            table.writerow([f"{member}-{n % 3}", "f", 34, 168, "62,5", f"{20 + n % 9},5", 140 + n % 5, 300])
        table.writerow([f"{member}-0", "f", 34, 168, "62,5", "9999", 140, 300])
        table.writerow([f"{member}-0", "f", 34, 168, "heavy", "30", 140, 300])
        table.writerow(["no id!", "f", 34, 168, "62,5", "30", 140, 300])


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


def test_import_is_idempotent(stack: Any, client: FitBurn, member: str, tmp_path: Path) -> None:
    path, scored, rejects = (tmp_path / name for name in ("month.csv", "scored.csv", "rejects.csv"))
    write_month(path, member, rows=60)
    command = ["fitburn_client", "import", str(path), "--default", "workout_type=running"]
    first = run(stack, *command, "--out", str(scored), "--rejects", str(rejects))
    assert first.returncode == 1, first.stderr
    assert re.search(r"accepted +60 +\(already there: 0\)", first.stdout)
    assert re.search(r"rejected +3\b", first.stdout)
    with open(scored, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["status"] for row in rows] == ["done"] * 60 + ["rejected"] * 3
    with open(rejects, encoding="utf-8-sig", newline="") as file:
        assert [row["line"] for row in csv.DictReader(file, delimiter=";")] == ["62", "63", "64"]

    again = run(stack, *command)
    assert re.search(r"accepted +60 +\(already there: 60\)", again.stdout), again.stderr
    members = [f"{member}-{n}" for n in range(3)]
    assert sum(len(list(client.workouts.recent(user_id))) for user_id in members) == 60
    assert sum(client.points.get(user_id).balance for user_id in members) == sum(
        int(row["points"] or 0) for row in rows
    )


def test_deleted_workout_does_not_stop_its_file(stack: Any, client: FitBurn, member: str, tmp_path: Path) -> None:
    path, start = tmp_path / "deleted.csv", datetime.now(UTC) - timedelta(hours=3)
    header, person = "user_id,gender,age,height_cm,weight_kg,ts,minutes\n", "f,34,168,62"
    path.write_text(header + f"{member},{person},{start.isoformat()},30\n")
    assert run(stack, "fitburn_client", "import", str(path)).returncode == 0
    (workout,) = client.workouts.recent(member)
    client.predictions.wait(workout.workout_id, SCORING_SEC)
    with FitBurn(stack.api_url) as visitor:
        login = visitor.accounts.register(f"{member}@example.com", "correct horse battery", "Olga")
    with psycopg2.connect(stack.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("update users set role = 'operator' where user_id = %s", (login.user_id,))
    with FitBurn(stack.api_url, login.access_token) as operator:
        operator.workouts.delete(workout.workout_id, reason="a test")
    with path.open("a") as file:
        file.write(f"{member}-new,{person},{start.isoformat()},30\n")
    again = run(stack, "fitburn_client", "import", str(path))
    assert again.returncode == 0, again.stderr
    assert re.search(r"was deleted +1\b", again.stdout)
    assert len(list(client.workouts.recent(f"{member}-new"))) == 1


def test_local_times_are_in_the_zone_of_the_club(stack: Any, client: FitBurn, member: str, tmp_path: Path) -> None:
    zone = client.club.get().time_zone
    path = tmp_path / "local.csv"
    path.write_text(f"user_id,gender,age,height_cm,weight_kg,ts,minutes\n{member},f,34,168,62,2026-01-10 18:30,30\n")
    done = run(stack, "fitburn_client", "import", str(path))
    assert f"in {zone}, the club's zone" in done.stdout, done.stderr
    (workout,) = client.workouts.recent(member)
    assert workout.ts == datetime(2026, 1, 10, 18, 30, tzinfo=ZoneInfo(zone))


def test_rows_without_times_do_not_overlap(stack: Any, client: FitBurn, member: str, tmp_path: Path) -> None:
    path = tmp_path / "month.csv"
    write_month(path, member, rows=60)
    run(stack, "fitburn_client", "import", str(path))
    assert not [
        one for n in range(3) for one in client.workouts.recent(f"{member}-{n}") if "overlap" in one.hold_reasons
    ]


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
