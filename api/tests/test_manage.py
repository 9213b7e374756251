"""`python -m app.manage`: keys, operators and clubs."""

import hashlib
import os
import pty
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from commands import run_manage
from gym import PASSWORD, Gym, workout
from service import API, Service
from traces import Traces


def test_new_key_is_shown_once_and_works(api: Service, gym: Gym) -> None:
    made = run_manage(api, "key", "--club", gym.slug, "--name", "shop", "--scopes", "workouts:read,workouts:write")
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert re.fullmatch(r"fbk_[\w-]{43}", key)
    assert key not in made.stderr
    row = gym.one("select * from api_keys where club_id = :club and name = 'shop'", club=gym.id)
    assert bytes(row.key_hash) == hashlib.sha256(key.encode()).digest()
    assert row.scopes == ["workouts:read", "workouts:write"]
    assert str(row.id) in made.stderr
    assert api.submit(key, workout()).status_code == 202
    assert gym.workouts()[0].source == "partner:shop"


@pytest.mark.parametrize("scopes", ["workouts:delete", "workouts:read,admin", "", "workouts:read,"])
def test_unknown_scope_error_lists_the_known_ones(api: Service, gym: Gym, traces: Traces, scopes: str) -> None:
    result = run_manage(api, "key", "--club", gym.slug, "--scopes", scopes)
    assert result.returncode != 0
    assert all(scope in result.stderr for scope in ("workouts:read", "workouts:write", "stats:read"))
    assert result.stdout == ""
    assert traces.changes() == {}


@pytest.mark.parametrize(
    "args",
    [
        ["key", "--club", "nowhere"],
        ["key", "--name", ""],
        ["revoke-key", str(uuid4())],
        ["revoke-key", "not an id"],
        ["operator", "--club", "nowhere", "a@example.com"],
        ["operator", "not an address"],
        ["club", "main", "--name", "Again"],
        ["club", "Not A Slug", "--name", "x"],
        ["club", "fine", "--name", ""],
        ["club", "fine", "--name", "x", "--time-zone", "Europe/Moskow"],
        ["club", "fine"],
        ["dance"],
        [],
    ],
    ids=" ".join,
)
def test_invalid_command_ends_with_a_readable_error(api: Service, traces: Traces, args: list[str]) -> None:
    result = run_manage(api, *args, typed=PASSWORD + "\n")
    assert result.returncode != 0
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr and "psycopg" not in result.stderr
    assert traces.changes() == {}


def test_database_outage_ends_with_a_readable_error(api: Service) -> None:
    result = run_manage(api, "key", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert "database" in result.stderr.lower()


def test_revoked_key_cannot_be_revoked_again(api: Service, gym: Gym) -> None:
    made = run_manage(api, "key", "--club", gym.slug)
    key_id = made.stderr.split()[1]
    assert "does not work any more" in run_manage(api, "revoke-key", key_id).stdout
    again = run_manage(api, "revoke-key", key_id)
    assert again.returncode != 0 and key_id in again.stderr
    assert api.get(made.stdout.strip(), "/workouts/recent").status_code == 401


def log_in(api: Service, gym: Gym, email: str) -> str:
    response = api.http.post("/auth/login", json={"email": email, "password": PASSWORD, "club": gym.slug})
    assert response.status_code == 200, response.text
    token: str = response.json()["access_token"]
    return token


def test_new_operator_sets_a_password_and_sees_the_club(api: Service, gym: Gym) -> None:
    result = run_manage(api, "operator", "--club", gym.slug, "boss@example.com", typed=PASSWORD + "\n")
    assert result.returncode == 0, result.stderr
    assert PASSWORD not in result.stdout + result.stderr
    api.submit(gym.key, workout())
    token = log_in(api, gym, "boss@example.com")
    assert api.get(token, "/me").json()["role"] == "operator"
    assert len(api.get(token, "/workouts/recent").json()["items"]) == 1
    assert gym.rows("select from users where password_hash like '$argon2id$%' and club_id = :club", club=gym.id)


@pytest.mark.parametrize("typed", ["short\n", "\n", "", "a" * 201 + "\n"])
def test_invalid_password_of_an_operator_is_rejected(api: Service, gym: Gym, traces: Traces, typed: str) -> None:
    result = run_manage(api, "operator", "--club", gym.slug, "boss@example.com", typed=typed)
    assert result.returncode != 0
    assert "10" in result.stderr
    assert traces.changes() == {}


def test_password_keeps_its_spaces(api: Service, gym: Gym) -> None:
    run_manage(api, "operator", "--club", gym.slug, "boss@example.com", typed=f"  {PASSWORD} \n")
    account = {"email": "boss@example.com", "password": f"  {PASSWORD} ", "club": gym.slug}
    assert api.http.post("/auth/login", json=account).status_code == 200


def test_password_prompt_at_a_terminal_does_not_echo(api: Service, gym: Gym) -> None:
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "app.manage", "operator", "--club", gym.slug, "boss@example.com"]
    process = subprocess.Popen(
        command, cwd=API, env=api.environment, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    output = b""
    while b"assword: " not in output:
        output += os.read(controller, 1_000)
    # No transaction is open during the prompt: PostgreSQL would end it by its idle timeout.
    assert not gym.rows("select from pg_stat_activity where application_name = 'fitburn-manage' and state <> 'idle'")
    os.write(controller, f"{PASSWORD}\n".encode())
    assert process.wait(timeout=60) == 0
    output += os.read(controller, 10_000)
    os.close(controller)
    assert PASSWORD.encode() not in output
    log_in(api, gym, "boss@example.com")


def test_promoted_member_keeps_the_password(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api, "anna@example.com")
    result = run_manage(api, "operator", "--club", gym.slug, "Anna@example.com")
    assert result.returncode == 0, result.stderr
    assert api.get(token, "/me").json()["role"] == "operator"
    log_in(api, gym, "anna@example.com")


def test_new_club_has_its_own_time_zone_and_members(api: Service, gym: Gym) -> None:
    slug = f"club-{uuid4().hex[:8]}"
    assert run_manage(api, "club", slug, "--name", "Ростов", "--time-zone", "Europe/Moscow").returncode == 0
    key = run_manage(api, "key", "--club", slug).stdout.strip()
    response = api.submit(key, workout(ts="2026-01-01T21:30:00Z"))
    assert response.status_code == 202
    [item] = api.get(key, "/workouts/recent").json()["items"]
    assert item["local_day"] == "2026-01-02"


@pytest.mark.parametrize("zone", ["UTC+3", "GMT+3", "+03:00", "3", "XYZ-3", "EST", "MSK", "Etc/GMT-3", "Foo/Bar"])
def test_time_zone_of_a_club_is_a_region(api: Service, traces: Traces, zone: str) -> None:
    result = run_manage(api, "club", f"club-{uuid4().hex[:8]}", "--name", "Z", f"--time-zone={zone}")
    assert result.returncode != 0
    assert "Europe/Moscow" in result.stderr and "Traceback" not in result.stderr
    assert traces.changes() == {}


def test_points_validity_can_be_set_and_is_audited(api: Service, gym: Gym) -> None:
    kept = "select points_valid_for::text as period, points_valid_since is null as never from clubs where id = :club"
    for period, stored in (("90 days", "90 days"), ("12 months", "1 year"), ("never", None)):
        result = run_manage(api, "points-validity", "--club", gym.slug, period)
        assert result.returncode == 0, result.stderr
        row = gym.one(kept, club=gym.id)
        assert (row.period, row.never) == (stored, stored is None)
    noted = gym.rows("select action from audit_log where club_id = :club", club=gym.id)
    assert [row.action for row in noted] == ["club.points_validity_changed"] * 3


@pytest.mark.parametrize("period", ["0 days", "soon", "36 hours", "1 month; drop table clubs", ""])
def test_invalid_period_is_rejected(api: Service, gym: Gym, period: str) -> None:
    result = run_manage(api, "points-validity", "--club", gym.slug, period)
    assert result.returncode != 0
    assert "12 months" in result.stderr
