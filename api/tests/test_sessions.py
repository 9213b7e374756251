"""Login, logout, forged tokens, revoked keys; secrets are neither stored nor logged."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from commands import run_manage
from gym import PASSWORD, Gym, workout
from patience import until
from problems import assert_problem
from service import API, TOKEN_SECRET, Service, bearer
from sqlalchemy import Engine, text

StartApi = Callable[..., Service]


def log_in(api: Service, gym: Gym, email: str, password: str = PASSWORD) -> Any:
    return api.http.post("/auth/login", json={"email": email, "password": password, "club": gym.slug})


def test_registration_logs_in_and_login_works(api: Service, gym: Gym) -> None:
    first, user_id = gym.register(api, "anna@example.com")
    response = log_in(api, gym, "ANNA@example.com")
    assert response.status_code == 200
    body = response.json()
    assert (body["token_type"], body["user_id"]) == ("bearer", user_id)
    minutes_left = (datetime.fromisoformat(body["expires_at"]) - datetime.now(UTC)).total_seconds() / 60
    assert 59 <= minutes_left <= 60
    for token in (first, body["access_token"]):
        me = api.get(token, "/me").json()
        assert (me["email"], me["club"], me["role"], me["user_id"]) == ("anna@example.com", gym.slug, "member", user_id)


def test_email_is_unique_per_club(api: Service, gym: Gym, owner: Engine) -> None:
    gym.register(api, "anna@example.com")
    account = {"email": "Anna@Example.com", "password": PASSWORD, "display_name": "A", "club": gym.slug}
    assert_problem(api.http.post("/auth/register", json=account), 409, "email_taken")
    Gym(owner).register(api, "anna@example.com")


def test_wrong_password_and_unknown_address_get_the_same_error(api: Service, gym: Gym) -> None:
    gym.register(api, "anna@example.com")
    wrong = assert_problem(log_in(api, gym, "anna@example.com", PASSWORD + "!"), 401, "wrong_credentials")
    unknown = assert_problem(log_in(api, gym, "nobody@example.com"), 401, "wrong_credentials")
    assert wrong | {"request_id": ""} == unknown | {"request_id": ""}


def test_member_created_by_a_partner_cannot_log_in(api: Service, gym: Gym) -> None:
    api.submit(gym.key, workout())
    assert_problem(log_in(api, gym, "u1"), 401, "wrong_credentials")


def test_logout_ends_only_this_session_in_every_process(api: Service, other_api: Service, gym: Gym) -> None:
    token, _ = gym.register(api, "anna@example.com")
    other = log_in(api, gym, "anna@example.com").json()["access_token"]
    assert other_api.get(token, "/me").status_code == 200
    assert api.http.post("/auth/logout", headers=bearer(token)).status_code == 204
    for service in (api, other_api):
        assert_problem(service.get(token, "/me"), 401, "unauthenticated")
        assert service.get(other, "/me").status_code == 200


def test_expired_token_gets_401(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api)
    gym.run(
        "update sessions set expires_at = now() where member_id in (select id from users where club_id = :club)",
        club=gym.id,
    )
    assert_problem(api.get(token, "/me"), 401, "unauthenticated")


def forged(token: str) -> dict[str, str]:
    """Tokens that an attacker could make from a valid one."""
    good = jwt.decode(token, TOKEN_SECRET, ["HS256"])
    hour_ago, in_a_year = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(days=365)
    header, body, signature = token.split(".")
    return {
        "another secret": jwt.encode(good, "x" * 48, "HS256"),
        "no algorithm": jwt.encode(good, None, "none"),
        "another algorithm": jwt.encode(good, TOKEN_SECRET + "x" * 64, "HS512"),
        "expired": jwt.encode(good | {"exp": hour_ago}, TOKEN_SECRET, "HS256"),
        "without an end": jwt.encode({"sid": good["sid"]}, TOKEN_SECRET, "HS256"),
        "without a session": jwt.encode({"exp": in_a_year}, TOKEN_SECRET, "HS256"),
        "an unknown session": jwt.encode(good | {"sid": "x"}, TOKEN_SECRET, "HS256"),
        "a list as session": jwt.encode(good | {"sid": [good["sid"]]}, TOKEN_SECRET, "HS256"),
        "no signature": f"{header}.{body}.",
        "signature of another": f"{header}.{body}.{signature[::-1]}",
        "half": f"{header}.{body}",
    }


def test_forged_token_gets_401(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api)
    assert api.get(token, "/me").status_code == 200
    for kind, fake in forged(token).items():
        assert api.get(fake, "/me").status_code == 401, kind


def test_revoked_key_stops_working_in_every_process(api: Service, other_api: Service, gym: Gym) -> None:
    made = run_manage(api, "key", "--club", gym.slug)
    key, key_id = made.stdout.strip(), made.stderr.split()[1]
    for service in (api, other_api):
        # From now on, the key is cached for 30 s.
        assert [service.get(key, "/workouts/recent").status_code for _ in range(3)] == [200] * 3
    assert run_manage(api, "revoke-key", key_id).returncode == 0
    # The notification clears the caches long before the entries expire.
    until(
        lambda: {service.get(key, "/workouts/recent").status_code for service in (api, other_api)} == {401}, seconds=15
    )
    assert_problem(other_api.submit(key, workout()), 401, "unauthenticated")


def test_promotion_to_operator_applies_to_existing_tokens(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    api.submit(gym.key, workout())
    assert api.get(token, "/members/u1/points").status_code == 404
    gym.run("update users set role = 'operator' where user_id = :user_id", user_id=user_id)
    assert api.get(token, "/members/u1/points").status_code == 200


def test_secrets_are_neither_stored_nor_logged(start_api: StartApi, gym: Gym, owner: Engine) -> None:
    api = start_api(fitburn_log_level="DEBUG")
    password = f"never to be logged {uuid4()}"
    email = "anna@example.com"
    account = {"email": email, "password": password, "display_name": "Anna", "club": gym.slug}
    token = api.http.post("/auth/register", json=account).json()["access_token"]
    api.http.post("/auth/register", json=account)
    api.http.post("/auth/register", json=account | {"steps": 1})
    assert log_in(api, gym, email, password).status_code == 200
    assert log_in(api, gym, email, password + " and more").status_code == 401
    assert api.submit(gym.key, workout()).status_code == 202
    assert api.get(token, "/me").status_code == 200
    assert api.get(gym.key + "x", "/me").status_code == 401
    session = jwt.decode(token, TOKEN_SECRET, ["HS256"])["sid"]
    log = api.log()
    assert "workouts accepted" in log
    with owner.connect() as connection:
        rows = [
            str(connection.execute(text(f"select array_agg(t)::text from {table} as t")).scalar_one())
            for table in ("users", "api_keys", "sessions", "workouts")
        ]
    for secret in (password, token, session, gym.key, TOKEN_SECRET):
        assert secret not in log
        assert not any(secret in row or secret.encode().hex() in row for row in rows)


@pytest.mark.parametrize("variable", ["fitburn_token_secret", "database_url"])
def test_local_secrets_are_rejected_in_production(api: Service, variable: str) -> None:
    good = {"FITBURN_TOKEN_SECRET": TOKEN_SECRET, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    values = {"FITBURN_ENV": "production", **good, variable.upper(): "postgresql://local-only:local-only@127.0.0.1:1/x"}
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0"]
    result = subprocess.run(
        command, cwd=API, env=api.environment | values, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode != 0
    assert variable.upper() in result.stderr
    assert "local-only" not in result.stderr
    assert "Traceback" not in result.stderr


def test_invalid_settings_end_the_start_with_a_readable_error(api: Service) -> None:
    values = {"FITBURN_TOKEN_SECRET": "short", "FITBURN_TOKEN_MINUTES": "many", "DATABASE_URL": ""}
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0"]
    result = subprocess.run(
        command, cwd=API, env=api.environment | values, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode != 0
    assert "DATABASE_URL: Field required" in result.stderr
    assert "Traceback" not in result.stderr
