"""Invalid registrations, logins and profiles get a precise 4xx and write nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from gym import PASSWORD, Gym
from problems import assert_problem, pointers
from raw import SURROGATE, post, raw_object
from service import Service, bearer
from traces import Traces

REGISTER = {"email": "anna@example.com", "password": PASSWORD, "display_name": "Anna"}


def bad_registrations() -> Iterator[tuple[str, str]]:
    yield from (("email", json.dumps(v)) for v in ("", "anna", "anna@", "@example.com", "a b@example.com", 1, None, []))
    yield from (
        ("email", json.dumps(v)) for v in ("a" * 250 + "@example.com", "anna@example.com\x00", "anna@localhost")
    )
    yield from (("password", json.dumps(v)) for v in ("", "short", "a" * 201, 1234567890, None, ["correct horse"]))
    yield from (("display_name", json.dumps(v)) for v in ("", " ", "a" * 81, 1, None, "Anna\x00", "An\u202ena", "A\nB"))
    yield from (("club", json.dumps(v)) for v in (1, None, "a" * 64, []))
    yield from ((field, SURROGATE) for field in REGISTER)
    yield "password", '"correct horse \\ud800 battery"'
    yield "display_name", '"Anna \\udfff"'
    yield "role", '"operator"'
    yield "user_id", '"u1"'


@pytest.mark.parametrize(("field", "raw"), list(bad_registrations()))
def test_invalid_field_of_a_registration_is_named(api: Service, gym: Gym, traces: Traces, field: str, raw: str) -> None:
    fields = {name: json.dumps(value) for name, value in (REGISTER | {"club": gym.slug}).items()} | {field: raw}
    response = post(api, gym.key, "/auth/register", raw_object(fields))
    if response.status_code == 400:
        assert "\\ud" in raw
        assert_problem(response, 400, "invalid_json")
    else:
        assert pointers(assert_problem(response, 422, "invalid_fields")) == [f"/{field}"]
    assert PASSWORD not in response.text
    assert traces.changes() == {}


@pytest.mark.parametrize("club", ["nowhere", "", "main'; drop table clubs; --", "\x00", "MAIN", "💪"])
def test_unknown_or_invalid_club_is_rejected(api: Service, traces: Traces, club: str) -> None:
    response = api.http.post("/auth/register", json=REGISTER | {"club": club})
    assert response.status_code in (404, 422), response.text
    assert_problem(response, response.status_code)
    refused = api.http.post("/auth/login", json={"email": "a@b.de", "password": PASSWORD, "club": club})
    assert refused.status_code in (401, 422), refused.text
    assert_problem(refused, refused.status_code)
    assert traces.changes() == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "\x00"}, {"email": ""}, {"email": "' or 1=1 --"}, {"password": ""}, {"password": "\x00"},
        {"email": 1}, {"password": None}, {"password": "a" * 201}, {"email": "a" * 300}, {"email": "💪"}, {"steps": 1},
    ],
)  # fmt: skip
def test_invalid_login_is_rejected(api: Service, gym: Gym, traces: Traces, changes: dict[str, Any]) -> None:
    body = {"email": "anna@example.com", "password": PASSWORD, "club": gym.slug} | changes
    response = api.http.post("/auth/login", json=body)
    assert response.status_code in (401, 422), response.text
    assert_problem(response, response.status_code)
    assert traces.changes() == {}


@pytest.mark.parametrize("field", ["email", "password", "club"])
def test_lone_surrogate_in_a_login_is_rejected(api: Service, gym: Gym, field: str) -> None:
    fields = {"email": '"anna@example.com"', "password": f'"{PASSWORD}"', "club": f'"{gym.slug}"', field: SURROGATE}
    response = post(api, gym.key, "/auth/login", raw_object(fields))
    assert response.status_code in (400, 401, 422), response.text
    assert_problem(response, response.status_code)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("weight_kg", '"80"'), ("weight_kg", "24"), ("weight_kg", "NaN"), ("weight_kg", "true"), ("height_cm", "1e400"),
        ("birth_year", "1900"), ("birth_year", "2090"), ("birth_year", "1990.5"), ("birth_year", '"1990"'),
        ("birth_year", "9" * 5_000), ("gender", '"x"'), ("gender", "1"), ("leaderboard_opt_out", '"yes"'),
        ("leaderboard_opt_out", "1"), ("display_name", '""'), ("display_name", '"a\\u0000b"'),
        ("leaderboard_opt_out", "null"), ("units", "null"), ("units", '"stones"'), ("language", '"de"'),
        ("display_name", SURROGATE), ("role", '"operator"'),
        ("user_id", '"u1"'), ("club", '"main"'), ("email", '"x@example.com"'), ("balance", "1"),
    ],
)  # fmt: skip
def test_invalid_field_of_a_profile_is_named(api: Service, gym: Gym, traces: Traces, field: str, raw: str) -> None:
    token, _ = gym.register(api)
    traces.reset()
    headers = bearer(token) | {"Content-Type": "application/json"}
    response = api.http.patch("/me", content=f'{{"{field}": {raw}}}'.encode(), headers=headers)
    if response.status_code == 400:
        assert raw in ("NaN", SURROGATE) or len(raw) > 4_000
        assert_problem(response, 400, "invalid_json")
    else:
        assert pointers(assert_problem(response, 422, "invalid_fields")) == [f"/{field}"]
    assert traces.changes() == {}
