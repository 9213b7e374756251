"""Invalid JSON and oversized bodies get a precise 4xx at every endpoint and write nothing."""

import gzip
import json

import pytest
from gym import WORKOUT, Gym, workout
from problems import assert_problem
from raw import post
from service import Service, bearer
from traces import Traces

PATHS = ["/workouts", "/workouts/bulk", "/auth/register", "/auth/login"]
each_path = pytest.mark.parametrize("path", PATHS)
DEEP = b"[" * 100_000 + b"]" * 100_000
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"user_id": "u1", ',
    "text": b"hello",
    "two documents": b"{} {}",
    "single quotes": b"{'user_id': 'u1'}",
    "invalid UTF-8": b'{"user_id": "\xff\xfe"}',
    "a NUL": b"\x00",
    "deep lists": DEEP,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a deep field": b'{"user_id": ' + DEEP + b"}",
}
NOT_OBJECTS = [b"null", b"[]", b"1", b'"text"', b"true", b"[{}]"]


@each_path
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_invalid_json_is_rejected(api: Service, gym: Gym, traces: Traces, path: str, body: bytes) -> None:
    response = post(api, gym.key, path, body)
    assert response.status_code in (400, 422), response.text[:300]
    assert_problem(response, response.status_code, "invalid_json" if response.status_code == 400 else "invalid_fields")
    assert traces.changes() == {}


@each_path
@pytest.mark.parametrize("body", NOT_OBJECTS)
def test_json_that_is_not_an_object_is_rejected(api: Service, gym: Gym, traces: Traces, path: str, body: bytes) -> None:
    assert_problem(post(api, gym.key, path, body), 422, "invalid_fields")
    assert traces.changes() == {}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_content_type_other_than_json_gets_415(api: Service, gym: Gym, traces: Traces, content_type: str) -> None:
    response = post(api, gym.key, "/workouts", json.dumps(WORKOUT).encode(), content_type)
    assert_problem(response, 415, "unsupported_media_type")
    assert traces.changes() == {}


# A path that takes the hot path, each method with a body, and a path whose body is optional.
ENCODED = [("POST", path) for path in PATHS] + [("PATCH", "/me"), ("PUT", "/club/weekly-target"), ("POST", "/nowhere")]


@pytest.mark.parametrize(("method", "path"), ENCODED)
@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "x" * 200])
def test_encoded_body_gets_415_that_names_the_encoding(
    api: Service, gym: Gym, traces: Traces, method: str, path: str, encoding: str
) -> None:
    headers = bearer(gym.key) | {"Content-Type": "application/json", "Content-Encoding": encoding}
    for body in (gzip.compress(json.dumps(WORKOUT).encode()), json.dumps(WORKOUT).encode()):
        response = api.http.request(method, path, content=body, headers=headers)
        assert (
            f"Content-Encoding: {encoding[:40]}." in assert_problem(response, 415, "unsupported_media_type")["detail"]
        )
        assert response.headers["accept-encoding"] == "identity"
    assert traces.changes() == {}


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_identity_is_no_encoding(api: Service, gym: Gym, encoding: str) -> None:
    assert api.submit(gym.key, WORKOUT, content_encoding=encoding).status_code == 202


TEN_MB = b'{"user_id": "' + b"a" * 10_000_000 + b'"}'


@each_path
def test_body_of_ten_megabytes_gets_413(api: Service, gym: Gym, traces: Traces, path: str) -> None:
    assert_problem(post(api, gym.key, path, TEN_MB), 413, "payload_too_large")
    assert traces.changes() == {}


@each_path
def test_chunked_body_of_ten_megabytes_gets_413(api: Service, gym: Gym, traces: Traces, path: str) -> None:
    pieces = (TEN_MB[start : start + 65_536] for start in range(0, len(TEN_MB), 65_536))
    headers = bearer(gym.key) | {"Content-Type": "application/json"}
    assert_problem(api.http.post(path, content=pieces, headers=headers), 413, "payload_too_large")
    assert traces.changes() == {}


def test_bulk_request_of_1000_large_items_fits_the_body_limit(api: Service, gym: Gym) -> None:
    item = workout(user_id="u" * 64, ts="2026-01-01T10:00:00.123456+00:00", idempotency_key="k" * 128)
    numbers = {name: WORKOUT[name] + 0.123456789 for name in ("duration_min", "distance_km", "avg_hr")}
    assert (
        api.bulk(gym.key, [item | numbers | {"calories_measured": 411.123456789}] * 1_000).json()["accepted"] == 1_000
    )
