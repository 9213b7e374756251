"""Every error is a problem, every response has a request ID, and metrics are labelled by route."""

import json
import re
from collections.abc import Iterator

import pytest
from gym import WORKOUT, Gym
from problems import assert_problem
from service import Service
from sqlalchemy import Engine, text


@pytest.mark.parametrize("path", ["/", "/workout", "/predictions/a/b", "/../etc/passwd", "/💪"])
def test_unknown_path_is_a_404_problem(api: Service, path: str) -> None:
    assert_problem(api.http.get(path), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/workouts"), ("DELETE", "/me"), ("PUT", "/workouts/recent")])
def test_unsupported_method_is_a_405_problem(api: Service, method: str, path: str) -> None:
    response = api.http.request(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"]


def test_allow_header_lists_every_method_of_the_path(api: Service) -> None:
    assert api.http.options("/me").headers["allow"] == "GET, PATCH"
    assert api.http.delete("/workouts").headers["allow"] == "GET, POST"
    assert api.http.put("/predictions/x").headers["allow"] == "GET"
    assert api.http.options("/redemptions/fulfil").headers["allow"] == "POST"


@pytest.fixture
def broken_table(owner: Engine) -> Iterator[None]:
    """A database whose schema is not what the service expects."""
    with owner.connect() as connection:
        connection.execute(text("alter table workouts rename column workout_type to kind"))
        yield
        connection.execute(text("alter table workouts rename column kind to workout_type"))


@pytest.mark.usefixtures("broken_table")
def test_unexpected_error_is_a_500_problem_without_details(api: Service, gym: Gym) -> None:
    response = api.get(gym.key, "/workouts/recent")
    body = assert_problem(response, 500, "internal_error")
    assert not re.search("select|column|workouts|psycopg|Traceback", response.text, re.IGNORECASE)
    [logged] = [line for line in lines(api) if line["event"] == "unexpected error"]
    assert logged["request_id"] == body["request_id"]
    assert "UndefinedColumn" in logged["exc_info"]


def lines(api: Service) -> list[dict[str, str]]:
    return [json.loads(line) for line in api.log().splitlines() if line.startswith("{")]


@pytest.mark.parametrize("path", ["/health", "/metrics", "/workouts/recent", "/nowhere"])
def test_every_response_has_a_new_request_id(api: Service, path: str) -> None:
    ids = [api.http.get(path).headers["x-request-id"] for _ in range(3)]
    assert len(set(ids)) == 3 and all(ids)


@pytest.mark.parametrize("sent", ["partner-7.2026_01", "a" * 64, "12345678"])
def test_safe_client_request_id_is_kept(api: Service, sent: str) -> None:
    response = api.http.get("/workouts/recent", headers={"X-Request-Id": sent})
    assert response.headers["x-request-id"] == sent
    assert assert_problem(response, 401)["request_id"] == sent


@pytest.mark.parametrize(
    "sent", ["short", "a" * 65, "with space", 'quote"{}', "<script>alert(1)</script>", "a" * 5_000]
)
def test_unsafe_client_request_id_is_replaced(api: Service, sent: str) -> None:
    assert api.http.get("/health", headers={"X-Request-Id": sent}).headers["x-request-id"] != sent


def test_bulk_item_error_has_the_request_id(api: Service, gym: Gym) -> None:
    response = api.bulk(gym.key, ["x"])
    assert response.json()["items"][0]["error"]["request_id"] == response.headers["x-request-id"]


def test_log_maps_request_ids_to_workouts(api: Service, gym: Gym) -> None:
    response = api.submit(gym.key, WORKOUT, x_request_id="find-me-again")
    accepted = [line for line in lines(api) if line["event"] == "workouts accepted"]
    assert ["find-me-again", response.json()["workout_id"]] in [pair for line in accepted for pair in line["requests"]]


def test_successful_request_is_not_logged(api: Service, gym: Gym) -> None:
    api.get(gym.key, "/workouts/recent", limit=117)
    assert "limit=117" not in api.log()


def counted(api: Service) -> dict[str, float]:
    samples = re.findall(r"^(http_requests_total\{.*\}) (\S+)$", api.http.get("/metrics").text, re.MULTILINE)
    return {name: float(value) for name, value in samples}


def test_request_metrics_are_labelled_by_route_not_by_path(api: Service, gym: Gym) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    api.get(gym.key, f"/predictions/{workout_id}")
    before = counted(api)
    api.get(gym.key, f"/predictions/{workout_id}")
    api.http.get("/made/up/by/a/client")
    api.http.request("BREW", "/workouts")
    after = counted(api)
    grown = {name for name, value in after.items() if value > before.get(name, 0)}
    assert 'http_requests_total{method="GET",route="/predictions/{workout_id}",status="200"}' in grown
    text_of_all = " ".join(after)
    assert workout_id not in text_of_all
    assert "made" not in text_of_all
    assert "BREW" not in text_of_all


@pytest.mark.parametrize(
    "name", ["http_request_duration_seconds_bucket", "group_commit_size_count", "broker_up", "wake_up_calls_total"]
)
def test_other_metrics_are_exported(api: Service, gym: Gym, name: str) -> None:
    api.submit(gym.key, WORKOUT)
    assert f"\n{name}" in api.http.get("/metrics").text or f"# TYPE {name}" in api.http.get("/metrics").text


def test_request_metrics_have_the_full_route(api: Service, gym: Gym) -> None:
    api.bulk(gym.key, [WORKOUT])
    assert any('route="/workouts/bulk",status="207"' in name for name in counted(api))
