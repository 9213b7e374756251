"""Rate limits: per key, member, address and account, without side effects on other callers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from gym import PASSWORD, Gym, workout
from patience import until
from problems import assert_problem
from service import Service, bearer
from sqlalchemy import Engine

from app.http import rate_limits
from app.http.rate_limits import Counters, client_of

StartApi = Callable[..., Service]
QUOTA = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


def quota(response: Any) -> tuple[str, int, int]:
    """Policy, remaining requests, and seconds until the reset."""
    match = QUOTA.fullmatch(response.headers["ratelimit"])
    assert match, response.headers["ratelimit"]
    return match[1], int(match[2]), int(match[3])


def log_in(api: Service, gym: Gym, email: str, password: str = PASSWORD) -> Any:
    return api.http.post("/auth/login", json={"email": email, "password": password, "club": gym.slug})


def test_rate_limit_per_key_gets_429_then_resets(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_key="3 per 2 seconds")
    responses = [api.submit(gym.key, workout(), idempotency_key=f"{n}") for n in range(3)]
    assert [quota(response)[:2] for response in responses] == [("key", 2), ("key", 1), ("key", 0)]
    assert {response.headers["ratelimit-policy"] for response in responses} == {'"key";q=3;w=2'}
    refused = api.submit(gym.key, workout(), idempotency_key="3")
    assert_problem(refused, 429, "rate_limited")
    assert int(refused.headers["retry-after"]) == quota(refused)[2] > 0
    assert len(gym.workouts()) == 3
    assert api.submit(gym.add_key(), workout(), idempotency_key="another's").status_code == 202
    until(lambda: api.submit(gym.key, workout(), idempotency_key="3").status_code == 202)


def test_forbidden_requests_count_towards_the_rate_limit(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_key="2/minute")
    key = gym.add_key("stats:read")
    assert [api.get(key, "/workouts/recent").status_code for _ in range(3)] == [403, 403, 429]


def test_rate_limit_per_member_spans_all_sessions(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_member="3/minute")
    first, _ = gym.register(api, "anna@example.com")
    second = log_in(api, gym, "anna@example.com").json()["access_token"]
    other, _ = gym.register(api)
    statuses = [api.get(token, "/me").status_code for token in (first, second, first, second)]
    assert statuses == [200, 200, 200, 429]
    assert api.get(other, "/me").status_code == 200
    assert api.get(gym.key, "/workouts/recent").status_code == 200


def test_rate_limit_per_account_stops_password_guessing(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_account="4/minute")
    gym.register(api, "anna@example.com")
    gym.register(api, "bea@example.com")
    # Anna's registration was the first of four.
    guesses = [log_in(api, gym, email, "a wrong guess") for email in ("anna@example.com", "ANNA@Example.com") * 2]
    assert [guess.status_code for guess in guesses] == [401, 401, 401, 429]
    assert_problem(log_in(api, gym, "anna@example.com"), 429, "rate_limited")
    assert log_in(api, gym, "bea@example.com").status_code == 200


def test_rate_limit_per_address_stops_mass_registration(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_address="3/minute", rate_limit_per_account="100/minute")
    account = {"password": PASSWORD, "display_name": "A", "club": gym.slug}
    statuses = [
        api.http.post("/auth/register", json=account | {"email": f"{n}@example.com"}).status_code for n in range(5)
    ]
    assert statuses == [201, 201, 201, 429, 429]
    assert len(gym.members()) == 3
    assert_problem(log_in(api, gym, "0@example.com"), 429, "rate_limited")
    assert api.submit(gym.key, workout()).status_code == 202


def test_rate_limit_can_be_switched_off_with_its_headers(start_api: StartApi, gym: Gym) -> None:
    api = start_api(rate_limit_per_key="off")
    response = api.get(gym.key, "/workouts/recent")
    assert response.status_code == 200
    assert not {"ratelimit", "ratelimit-policy"} & set(response.headers)


def test_rate_limits_are_counted_per_process(start_api: StartApi, gym: Gym) -> None:
    first, second = (start_api(rate_limit_per_key="1/minute") for _ in range(2))
    statuses = [api.get(gym.key, "/workouts/recent").status_code for api in (first, second, first, second)]
    assert statuses == [200, 200, 429, 429]


def test_public_endpoints_have_no_rate_limit(api: Service) -> None:
    for path in ("/health", "/metrics", "/openapi.json"):
        assert "ratelimit" not in api.http.get(path).headers


def test_default_rate_limits_do_not_affect_ordinary_clients(start_api: StartApi, owner: Engine) -> None:
    gym = Gym(owner)
    api = start_api(rate_limit_per_address="", rate_limit_per_account="")
    token, _ = gym.register(api, "anna@example.com")
    statuses = {api.get(token, "/me").status_code for _ in range(300)}
    statuses |= {log_in(api, gym, "anna@example.com").status_code for _ in range(10)}
    statuses |= {api.http.get("/workouts/recent", headers=bearer(gym.key)).status_code for _ in range(300)}
    assert statuses == {200}


def test_ipv6_addresses_of_one_network_share_a_rate_limit() -> None:
    networks = [
        client_of({"client": (address, 1)}) for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1")
    ]
    assert networks[0] == networks[1] != networks[2]
    assert client_of({"client": ("192.0.2.1", 1)}) == "192.0.2.1"
    assert client_of({"client": None}) == "unknown"


def test_rate_limit_counters_are_bounded_and_evict_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_COUNTERS", 10)
    counters = Counters()
    for n in range(25):
        assert counters.incr(f"{n}", 60) == 1
    assert counters.incr("24", 60) == 2
    assert counters.get("3") == 0
    assert counters.reset() == 10
