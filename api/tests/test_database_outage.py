"""Outages of PostgreSQL: the API answers 503 and recovers without a restart."""

from collections.abc import Callable, Iterator

import pytest
from gym import WORKOUT, Gym
from patience import until
from problems import assert_problem
from proxy import Proxy
from service import Service, bearer
from sqlalchemy import make_url

StartApi = Callable[..., Service]


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxy]:
    url = make_url(database_url)
    with Proxy(url.host or "127.0.0.1", url.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def api_behind_proxy(start_api: StartApi, proxy: Proxy, database_url: str) -> Service:
    url = make_url(database_url).set(host="127.0.0.1", port=proxy.port)
    return start_api(url.render_as_string(hide_password=False))


def test_without_the_database_every_endpoint_gets_503_and_recovers(
    api_behind_proxy: Service, proxy: Proxy, gym: Gym
) -> None:
    api = api_behind_proxy
    token, _ = gym.register(api)
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    proxy.cut()
    responses = [
        api.submit(gym.key, WORKOUT),
        api.bulk(gym.key, [WORKOUT]),
        api.get(gym.key, f"/predictions/{workout_id}"),
        api.get(gym.key, f"/predictions/{workout_id}", wait=2),
        api.get(gym.key, "/predictions", workout_id=workout_id),
        api.get(gym.key, "/workouts/recent"),
        api.get(gym.key, "/members/u1/points"),
        api.get(token, "/me"),
        api.http.patch("/me", json={"weight_kg": 70}, headers=bearer(token)),
        api.http.post("/auth/login", json={"email": "a@b.de", "password": "something long", "club": gym.slug}),
        api.http.post("/auth/logout", headers=bearer(token)),
        api.http.get("/health"),
    ]
    for response in responses:
        body = assert_problem(response, 503, "database_away")
        assert int(response.headers["retry-after"]) > 0
        assert not {"psycopg", "select", "127.0.0.1"} & set(body["detail"].lower().split())
    assert api.http.get("/metrics").status_code == 200
    proxy.restore()
    until(lambda: api.submit(gym.key, WORKOUT, idempotency_key="later").status_code == 202)
    assert api.get(token, "/me").status_code == 200
    assert api.http.get("/health").json()["database"] == "ok"
    assert len(gym.workouts()) == 2


def test_connections_closed_by_the_server_are_replaced(start_api: StartApi, gym: Gym) -> None:
    api = start_api()
    assert api.submit(gym.key, WORKOUT).status_code == 202
    end_all = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fitburn-api'"
    gym.run(end_all)
    until(lambda: api.submit(gym.key, WORKOUT, idempotency_key="1").status_code == 202)
    until(lambda: api.get(gym.key, "/workouts/recent").status_code == 200)
    assert len(gym.workouts()) == 2


def test_service_starts_without_the_database_and_recovers(
    start_api: StartApi, proxy: Proxy, database_url: str, gym: Gym
) -> None:
    proxy.cut()
    url = make_url(database_url).set(host="127.0.0.1", port=proxy.port)
    api = start_api(url.render_as_string(hide_password=False))
    assert_problem(api.submit(gym.key, WORKOUT), 503, "database_away")
    proxy.restore()
    until(lambda: api.submit(gym.key, WORKOUT).status_code == 202)
