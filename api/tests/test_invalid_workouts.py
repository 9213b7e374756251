"""An invalid workout gets a precise 4xx and writes nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gym import WORKOUT, Gym, workout
from problems import assert_problem, pointers
from raw import SURROGATE, post, raw_object
from service import Service
from traces import Traces

BAD_NUMBERS = ["35", "", True, False, [], {}, "NaN", "Infinity", "1e3", [35], -1e308, 1e308]
RAW_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5_000, "0." + "0" * 5_000 + "1"]
NUMBERS = ("height_cm", "weight_kg", "duration_min", "distance_km", "avg_hr", "speed_kmh", "calories_measured")
# Values just outside the accepted ranges.
OUTSIDE = {
    "age": (9, 101), "height_cm": (99.9, 250.1), "weight_kg": (24.9, 300.1), "duration_min": (0.99, 600.1),
    "distance_km": (-0.1, 500.1), "avg_hr": (29.9, 240.1), "speed_kmh": (-0.1, 80.1),
    "calories_measured": (-0.1, 20_001),
}  # fmt: skip
BAD_IDS = [
    "", " ", "u 1", "-u1", "ü1", "💪", "u1\x00", "\x00", "u1\n", "a" * 65, "u1'; drop table users; --", "../u1", "u/1",
    1, True, None.__class__.__name__ + "!", [], {}, "\u202eu1",
]  # fmt: skip
BAD_STARTS = [
    "2026-01-01T10:00:00", "2026-01-01", 1767261600, 1767261600.5, "1767261600", "", "yesterday",
    "2026-13-01T10:00:00Z",
    "2026-02-30T10:00:00Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2100-01-01T00:00:00Z", "+12026-01-01T00:00:00Z", "2026-01-01T10:00:00+25:00", True, None, [],
    "2026-01-01T10:00:00Z\x00",
]  # fmt: skip


def cases() -> Iterator[Any]:
    for field in ("age", *NUMBERS):
        for value in BAD_NUMBERS:
            yield field, json.dumps(value)
        for raw in RAW_NUMBERS:
            # A tiny number is valid unless 0 is below the minimum.
            if not (raw.startswith("0.") and OUTSIDE[field][0] < 0):
                yield field, raw
        for value in OUTSIDE[field]:
            yield field, json.dumps(value)
    yield "age", "30.5"
    yield "duration_min", "null"
    yield from (("user_id", json.dumps(value)) for value in BAD_IDS)
    yield from (("ts", json.dumps(value)) for value in BAD_STARTS)
    yield from (("gender", json.dumps(value)) for value in ("", "other", "M", 1, True, [], "Male\x00", "FeMale "))
    yield from (
        ("workout_type", json.dumps(v)) for v in ("", "sleeping", "Running", 1, None, ["running"], "running\x00")
    )
    yield from ((field, SURROGATE) for field in ("user_id", "ts", "gender", "workout_type", "avg_hr"))
    yield from ((name, "1") for name in ("points", "calories_pred", "club_id", "source", "local_day", "member_id"))
    yield "idempotency_key", '"only in bulk"'
    yield "__proto__", "{}"
    yield "a~b/c", "1"


ALL = list(cases())


def pointer_to(field: str) -> str:
    return "/" + field.replace("~", "~0").replace("/", "~1")


def raw_body(field: str, raw: str) -> bytes:
    """The example with one field inserted verbatim."""
    return raw_object({name: json.dumps(value) for name, value in WORKOUT.items()} | {field: raw})


@pytest.mark.parametrize("field", dict.fromkeys(field for field, _ in ALL))
def test_invalid_field_of_a_workout_is_named(api: Service, gym: Gym, traces: Traces, field: str) -> None:
    for raw in (raw for name, raw in ALL if name == field):
        response = post(api, gym.key, "/workouts", raw_body(field, raw))
        # Values that JSON cannot represent are rejected as invalid JSON.
        if response.status_code == 400:
            assert raw in ("NaN", "Infinity", "-Infinity", SURROGATE) or len(raw) > 4_000, raw
            assert_problem(response, 400, "invalid_json")
        else:
            assert pointers(assert_problem(response, 422, "invalid_fields")) == [pointer_to(field)], raw
    assert traces.changes() == {}


@pytest.mark.parametrize("field", dict.fromkeys(field for field, _ in ALL if field != "idempotency_key"))
def test_invalid_field_of_a_bulk_item_is_named(api: Service, gym: Gym, traces: Traces, field: str) -> None:
    for raw in (raw for name, raw in ALL if name == field):
        body = b'{"items": [' + raw_body(field, raw) + b"]}"
        response = post(api, gym.key, "/workouts/bulk", body)
        if response.status_code == 400:
            assert_problem(response, 400, "invalid_json")
            continue
        assert response.status_code == 207, (raw, response.text)
        [item] = response.json()["items"]
        assert (item["status"], pointers(item["error"])) == (422, [pointer_to(field)]), raw
    assert traces.changes() == {}


@pytest.mark.parametrize("field", OUTSIDE)
def test_values_at_the_limits_are_accepted(api: Service, gym: Gym, field: str) -> None:
    low, high = OUTSIDE[field]
    step = 1 if field in ("age", "calories_measured") else 0.1
    for value in (low + step, high - step):
        assert api.submit(gym.key, workout(**{field: round(value, 6)})).status_code == 202, value


def test_start_up_to_24_hours_in_the_future_is_accepted(api: Service, gym: Gym) -> None:
    now = datetime.now(UTC)
    assert api.submit(gym.key, workout(ts=(now + timedelta(hours=23)).isoformat())).status_code == 202
    refused = api.submit(gym.key, workout(ts=(now + timedelta(hours=25)).isoformat()))
    assert pointers(assert_problem(refused, 422, "invalid_fields")) == ["/ts"]


def test_all_invalid_fields_are_named_together(api: Service, gym: Gym) -> None:
    body = assert_problem(api.submit(gym.key, workout(duration_min=-1, avg_hr="x", workout_type="?")), 422)
    assert sorted(pointers(body)) == ["/avg_hr", "/duration_min", "/workout_type"]
    assert all(error["code"] and error["detail"] for error in body["errors"])


@pytest.mark.parametrize("user_id", ["", "two words", "-", "a" * 65, "u1\n"])
def test_invalid_user_id_gets_a_readable_message(api: Service, gym: Gym, user_id: str) -> None:
    responses = [api.submit(gym.key, workout(user_id=user_id)), api.get(gym.key, "/workouts/recent", user_id=user_id)]
    for response in responses:
        [error] = assert_problem(response, 422, "invalid_fields")["errors"]
        assert error["pointer"] == "/user_id"
        assert error["detail"].startswith("Should be 1 to 64 letters")
