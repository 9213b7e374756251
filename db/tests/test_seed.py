"""The seeder writes the requested history, completely or not at all, and it follows the rules."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT
from histories import read
from servers import migrated_database
from sqlalchemy import Engine, create_engine, make_url, text

from db.rules import broken_rules
from fitburn.database import DRIVER

UNTIL = "2026-03-28T17:00:00+00:00"
MEMBERS, DAYS, WORKOUTS = 300, 40, 4_000

CONTENT = """
select
    u.user_id, w.ts, w.local_day, w.workout_type, w.duration_min, w.distance_km, w.avg_hr, w.speed_kmh, w.created_at,
    p.status, p.calories_pred, p.points, p.hold_reasons, p.processed_at
from workouts as w
join predictions as p on p.workout_id = w.id
join users as u on u.id = w.member_id
order by w.id
"""


def seed(url: str, **changes: object) -> subprocess.CompletedProcess[str]:
    asked = {"members": MEMBERS, "days": DAYS, "workouts": WORKOUTS, "seed": 5, "until": UNTIL} | changes
    words = [f"--{name}" if value is True else f"--{name}={value}" for name, value in asked.items()]
    command = [sys.executable, "-m", "db.seed", *words]
    variables = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A club in Moscow with a history; local time is three hours ahead of UTC."""
    with migrated_database() as url:
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(text("update clubs set time_zone = 'Europe/Moscow'"))
        engine.dispose()
        done = seed(url)
        assert done.returncode == 0, done.stderr
        yield url


def connect(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername=DRIVER))


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


def one(engine: Engine, query: str) -> object:
    [[value]] = read(engine, query)
    return value


def test_the_history_has_the_requested_size(engine: Engine) -> None:
    assert one(engine, "select count(*) from workouts") == WORKOUTS
    assert one(engine, "select count(*) from predictions where processed_at is not null") == WORKOUTS
    assert one(engine, "select count(*) from users") == MEMBERS
    days = "select max(local_day) - min(local_day) + 1 from workouts"
    assert one(engine, days) == DAYS


def test_the_books_balance_and_the_rules_of_points_hold(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text(broken_rules())).all() == []
    assert one(engine, "select count(*) > 1000 from point_transfers")


def test_workouts_are_over_accepted_in_order_and_on_the_club_day(engine: Engine) -> None:
    wrong = f"""
        select count(*) from workouts
        where created_at > '{UNTIL}' or created_at < ts + duration_min * interval '1 minute'
            or local_day <> (ts at time zone 'Europe/Moscow')::date
            or extract(hour from ts at time zone 'Europe/Moscow') not between 5 and 22
    """
    assert one(engine, wrong) == 0
    assert one(engine, "select bool_and(uuid_extract_timestamp(id) between created_at - interval '1 ms' and created_at)"
                       " from workouts")  # fmt: skip


def test_the_history_has_a_rhythm_and_exceptions(engine: Engine) -> None:
    scored = "workouts as w join predictions as p on p.workout_id = w.id"
    share = "select avg(case when {} then 1.0 else 0 end)::float8 from " + scored
    assert 0.05 < one(engine, share.format("extract(isodow from local_day) = 7")) < 1 / 7
    assert 0.0005 < one(engine, share.format("status = 'failed'")) < 0.01
    assert 0.001 < one(engine, share.format("hold_reasons <> '{}'")) < 0.06
    assert 0.05 < one(engine, share.format("avg_hr is null")) < 0.3
    assert 0.01 < one(engine, "select avg(leaderboard_opt_out::int)::float8 from users") < 0.08
    gone = "select count(*) from users where id not in (select member_id from workouts where local_day > '2026-03-14')"
    assert 0.02 * MEMBERS < one(engine, gone) < 0.6 * MEMBERS


def test_the_same_seed_gives_the_same_history(engine: Engine) -> None:
    with migrated_database() as url:
        again = connect(url)
        with again.begin() as connection:
            connection.execute(text("update clubs set time_zone = 'Europe/Moscow'"))
        assert seed(url).returncode == 0
        assert read(again, CONTENT) == read(engine, CONTENT)
        again.dispose()


def test_a_club_in_use_needs_an_explicit_option(url: str, engine: Engine) -> None:
    before = read(engine, CONTENT)
    refused = seed(url, seed=6)
    assert refused.returncode == 1 and "AGAIN=1" in refused.stderr
    same = seed(url, again=True)
    assert same.returncode == 1 and "SEED=6" in same.stderr
    assert read(engine, CONTENT) == before
    assert seed(url, again=True, seed=6, workouts=100).returncode == 0
    assert one(engine, "select count(*) from workouts") == WORKOUTS + 100
    with engine.connect() as connection:
        assert connection.execute(text(broken_rules())).all() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"workouts": 100_000}, "ask for more of them"),
        ({"members": 0}, "at least 1"),
        ({"until": "2026-03-28T17:00:00"}, "needs a zone"),
        ({"club": "nowhere"}, "There is no club nowhere"),
    ],
)
def test_invalid_options_are_refused_with_a_message(url: str, changes: dict[str, object], said: str) -> None:
    refused = seed(url, **changes)
    assert refused.returncode != 0 and said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_single_day_before_opening_moves_to_the_day_before(engine: Engine) -> None:
    with migrated_database() as url:
        assert seed(url, days=1, workouts=50, until="2026-03-28T03:00:00+00:00").returncode == 0
        found = connect(url)
        assert one(found, "select count(*) from workouts where local_day = '2026-03-27'") == 50
        found.dispose()
