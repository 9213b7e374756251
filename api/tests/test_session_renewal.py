"""Renewal and end of sessions: renew, remember, log out everywhere, change the password."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from gym import PASSWORD, Gym
from problems import assert_problem, pointers
from service import TOKEN_SECRET, Service, bearer

from fitburn_client import FitBurn, InvalidRequestError, UnauthorizedError

NEW_PASSWORD = "correct battery staple"
AGE_SESSIONS = """
    update sessions set expires_at = expires_at - :by, renewable_until = renewable_until - :by
    where member_id in (select id from users where club_id = :club)
"""
EXPIRE_SOON = """
    update sessions set expires_at = now() + interval '5 minutes'
    where member_id in (select id from users where club_id = :club)
"""


def log_in(api: Service, gym: Gym, **changes: Any) -> httpx.Response:
    account = {"email": "anna@example.com", "password": PASSWORD, "club": gym.slug}
    return api.http.post("/auth/login", json=account | changes)


def post(api: Service, token: str, path: str, body: Any = None) -> httpx.Response:
    return api.http.post(path, json=body, headers=bearer(token))


def time_left(response: dict[str, Any], field: str) -> timedelta:
    return datetime.fromisoformat(response[field]) - datetime.now(UTC)


def test_renewed_token_expires_later_and_the_previous_stays_valid(api: Service, gym: Gym) -> None:
    gym.register(api, "anna@example.com")
    first = log_in(api, gym).json()
    gym.run(AGE_SESSIONS, by=timedelta(minutes=50), club=gym.id)
    response = post(api, first["access_token"], "/auth/renew")
    assert response.status_code == 200
    second = response.json()
    assert second["user_id"] == first["user_id"]
    assert time_left(second, "expires_at") > timedelta(minutes=59)
    ends = jwt.decode(second["access_token"], TOKEN_SECRET, ["HS256"])["exp"]
    assert ends == datetime.fromisoformat(second["expires_at"]).timestamp()
    for session in (first, second):
        assert api.get(session["access_token"], "/me").status_code == 200


def test_no_renewal_beyond_renewable_until(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api, "anna@example.com")
    gym.run(AGE_SESSIONS, by=timedelta(hours=23, minutes=30), club=gym.id)
    gym.run(EXPIRE_SOON, club=gym.id)
    renewed = post(api, token, "/auth/renew").json()
    assert timedelta(minutes=28) < time_left(renewed, "expires_at") < timedelta(minutes=31)
    assert renewed["expires_at"] == renewed["renewable_until"]
    again = post(api, renewed["access_token"], "/auth/renew").json()
    assert again["expires_at"] == renewed["expires_at"]


def test_expired_or_logged_out_token_cannot_be_renewed(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api, "anna@example.com")
    out = log_in(api, gym).json()["access_token"]
    post(api, out, "/auth/logout")
    assert_problem(post(api, out, "/auth/renew"), 401, "unauthenticated")
    gym.run(AGE_SESSIONS, by=timedelta(hours=2), club=gym.id)
    assert_problem(post(api, token, "/auth/renew"), 401, "unauthenticated")


def test_logout_ends_the_tokens_before_and_after_a_renewal(api: Service, gym: Gym) -> None:
    first, _ = gym.register(api, "anna@example.com")
    second = post(api, first, "/auth/renew").json()["access_token"]
    assert post(api, second, "/auth/logout").status_code == 204
    for token in (first, second):
        assert_problem(api.get(token, "/me"), 401, "unauthenticated")


def test_remembered_session_lasts_thirty_days(api: Service, gym: Gym) -> None:
    gym.register(api, "anna@example.com")
    remembered = log_in(api, gym, remember=True).json()
    assert timedelta(days=29, hours=23) < time_left(remembered, "expires_at") <= timedelta(days=30)
    renewed = post(api, remembered["access_token"], "/auth/renew").json()
    assert renewed["expires_at"] == remembered["expires_at"]
    assert_problem(log_in(api, gym, remember="yes"), 422, "invalid_fields")


def test_logout_everywhere_ends_all_sessions_of_this_member_only(api: Service, other_api: Service, gym: Gym) -> None:
    first, _ = gym.register(api, "anna@example.com")
    second = log_in(api, gym, remember=True).json()["access_token"]
    other, _ = gym.register(api)
    assert post(api, first, "/auth/logout?everywhere=true").status_code == 204
    for token in (first, second):
        assert_problem(other_api.get(token, "/me"), 401, "unauthenticated")
    assert api.get(other, "/me").status_code == 200


def test_new_password_ends_all_other_sessions(api: Service, gym: Gym) -> None:
    here, _ = gym.register(api, "anna@example.com")
    elsewhere = log_in(api, gym, remember=True).json()["access_token"]
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert post(api, here, "/auth/password", body).status_code == 204
    assert api.get(here, "/me").status_code == 200
    assert_problem(api.get(elsewhere, "/me"), 401, "unauthenticated")
    assert_problem(log_in(api, gym), 401, "wrong_credentials")
    assert log_in(api, gym, password=NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"current_password": PASSWORD + "!"}, "/current_password"),
        ({"current_password": ""}, "/current_password"),
        ({"new_password": "short"}, "/new_password"),
        ({"new_password": "a" * 201}, "/new_password"),
        ({"password": NEW_PASSWORD}, "/password"),
    ],
)
def test_invalid_password_change_names_the_field_and_changes_nothing(
    api: Service, gym: Gym, changes: dict[str, str], pointer: str
) -> None:
    here, _ = gym.register(api, "anna@example.com")
    elsewhere = log_in(api, gym).json()["access_token"]
    response = post(api, here, "/auth/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD} | changes)
    assert pointers(assert_problem(response, 422, "invalid_fields")) == [pointer]
    assert PASSWORD not in response.text and NEW_PASSWORD not in response.text
    assert api.get(elsewhere, "/me").status_code == 200
    assert log_in(api, gym).status_code == 200


def test_client_renews_changes_the_password_and_logs_out(api: Service, gym: Gym) -> None:
    with FitBurn(api.url) as visitor:
        login = visitor.accounts.register("anna@example.com", PASSWORD, "Anna", gym.slug)
        other = visitor.accounts.login("anna@example.com", PASSWORD, gym.slug, remember=True)
    assert login.renewable_until and login.renewable_until > login.expires_at
    assert other.expires_at == other.renewable_until
    with FitBurn(api.url, login.access_token) as anna, FitBurn(api.url, other.access_token) as phone:
        assert anna.accounts.renew().expires_at >= login.expires_at
        with pytest.raises(InvalidRequestError, match="current password is wrong"):
            anna.accounts.change_password(NEW_PASSWORD, PASSWORD)
        anna.accounts.change_password(PASSWORD, NEW_PASSWORD)
        with pytest.raises(UnauthorizedError):
            phone.me.get()
        anna.accounts.logout(everywhere=True)
        with pytest.raises(UnauthorizedError):
            anna.me.get()


def test_profile_has_language_and_units_and_null_clears_fields(api: Service, gym: Gym) -> None:
    token, _ = gym.register(api)
    with FitBurn(api.url, token) as anna:
        assert (anna.me.get().language, anna.me.get().units) == (None, "metric")
        filled = anna.me.update(language="ru", units="imperial", gender="Female", birth_year=1994, weight_kg=64)
        assert (filled.language, filled.units, filled.weight_kg) == ("ru", "imperial", 64)
        cleared = anna.me.update(language=None, gender=None, birth_year=None, weight_kg=None, display_name=None)
        assert (cleared.language, cleared.gender, cleared.birth_year, cleared.weight_kg) == (None,) * 4
        assert (cleared.units, cleared.display_name, cleared.leaderboard_opt_out) == ("imperial", None, False)
