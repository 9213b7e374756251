"""`fitburn import` against the running system."""

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
from shell import SCORING_SEC, run

from fitburn_client import FitBurn


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
