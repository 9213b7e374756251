"""The committed dashboards, and a migrated database with a seeded history and its marts, as `make seed` leaves it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from servers import migrated_database

from grafana.reading import CLUBS, DASHBOARDS, ROOT
from local import prometheus

SEED = {"main": ("500", "10000"), "north": ("50", "500")}
SEEDED_DAYS = "17"


@pytest.fixture(params=sorted(path.name for path in DASHBOARDS.glob("*.json")))
def dashboard(request: pytest.FixtureRequest) -> dict[str, Any]:
    dashboard: dict[str, Any] = json.loads((DASHBOARDS / request.param).read_text(encoding="utf-8"))
    return dashboard


@pytest.fixture(scope="session")
def seeded_url() -> Iterator[str]:
    """A database of this session's own; dropped at the end."""
    with migrated_database() as url:
        seed(url)
        yield url


def seed(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url}
    run(url, "insert into clubs (slug, name, time_zone) values ('north', 'North', 'Europe/Moscow')")
    for club in CLUBS:
        members, workouts = SEED[club]
        amount = ["--club", club, "--members", members, "--days", SEEDED_DAYS, "--workouts", workouts]
        command = [sys.executable, "-m", "db.seed", *amount, "--seed", str(CLUBS.index(club))]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    for mart in ("daily_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily"):
        run(url, f"select refresh_{mart}(current_date - 40, current_date + 1), finish_mart_run('{mart}', 40)")


def run(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture(scope="session")
def promtool() -> str:
    promtool = prometheus.find("promtool")
    if not promtool and os.environ.get("FITBURN_REQUIRE_PROMETHEUS") == "1":
        pytest.fail("FITBURN_REQUIRE_PROMETHEUS=1, but there is no promtool. " + prometheus.HINT)
    return promtool or pytest.skip(prometheus.HINT)
