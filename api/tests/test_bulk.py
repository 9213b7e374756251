"""Bulk submission: many workouts in item request, each validated separately."""

from typing import Any

import pytest
from gym import WORKOUT, Gym, without_profile, workout
from problems import assert_problem, pointers
from service import Service
from traces import Traces


def items_of(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 207, response.text
    body = response.json()
    assert [item["index"] for item in body["items"]] == list(range(len(body["items"])))
    statuses = [item["status"] for item in body["items"]]
    assert (body["accepted"], body["rejected"]) == (statuses.count(202), len(statuses) - statuses.count(202))
    items: list[dict[str, Any]] = body["items"]
    return items


def test_1000_bulk_items_are_stored_in_order(api: Service, gym: Gym) -> None:
    sent = [workout(user_id=f"u{n % 50}", duration_min=1 + n / 2) for n in range(1_000)]
    items = items_of(api.bulk(gym.key, sent))
    assert {item["status"] for item in items} == {202}
    stored = {str(row.id): row.duration_min for row in gym.workouts()}
    assert [stored[item["workout_id"]] for item in items] == [item["duration_min"] for item in sent]
    assert (len(gym.predictions()), len(gym.members())) == (1_000, 50)


def test_invalid_bulk_item_gets_its_own_error_and_spares_the_others(api: Service, gym: Gym) -> None:
    bad = {
        1: (workout(duration_min=-5), "invalid_fields", ["/duration_min"]),
        3: ("not an object", "invalid_fields", [""]),
        4: (without_profile(user_id="stranger"), "profile_incomplete", ["/gender", "/age", "/height_cm", "/weight_kg"]),
        6: (workout(user_id=None), "invalid_fields", ["/user_id"]),
        7: (workout(steps=3), "invalid_fields", ["/steps"]),
        8: (workout(workout_type="sleeping", avg_hr="145"), "invalid_fields", ["/avg_hr", "/workout_type"]),
        9: (None, "invalid_fields", [""]),
    }
    sent: list[Any] = [bad[n][0] if n in bad else workout(duration_min=10 + n) for n in range(11)]
    items = items_of(api.bulk(gym.key, sent))
    assert [item["index"] for item in items if item["status"] != 202] == list(bad)
    for n, (_, code, wrong) in bad.items():
        error = items[n]["error"]
        assert (items[n]["status"], error["status"], error["code"]) == (422, 422, code)
        assert pointers(error) == wrong
    assert [row.duration_min for row in gym.workouts()] == [10 + n for n in range(11) if n not in bad]
    assert [row.user_id for row in gym.members()] == ["u1"]


def test_later_bulk_item_may_rely_on_the_profile_of_an_earlier_one(api: Service, gym: Gym) -> None:
    items = items_of(api.bulk(gym.key, [without_profile(), WORKOUT, without_profile()]))
    assert [item["status"] for item in items] == [422, 202, 202]


@pytest.mark.parametrize("count", [0, 1_001])
def test_empty_and_oversized_bulk_requests_are_rejected(api: Service, gym: Gym, traces: Traces, count: int) -> None:
    body = assert_problem(api.bulk(gym.key, [WORKOUT] * count), 422, "invalid_fields")
    assert pointers(body) == ["/items"]
    assert traces.changes() == {}


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {}}, {"items": "[]"}, [], [WORKOUT], "x", None])
def test_bulk_body_without_a_list_of_items_is_rejected(api: Service, gym: Gym, traces: Traces, body: Any) -> None:
    response = api.http.post("/workouts/bulk", json=body, headers={"Authorization": f"Bearer {gym.key}"})
    assert_problem(response, 422, "invalid_fields")
    assert traces.changes() == {}


def test_header_key_makes_a_bulk_retry_an_idempotent_replay(api: Service, gym: Gym) -> None:
    sent = [workout(duration_min=10 + n) for n in range(5)] + [workout(idempotency_key="own")]
    first = items_of(api.bulk(gym.key, sent, idempotency_key="file-1"))
    again = items_of(api.bulk(gym.key, sent, idempotency_key="file-1"))
    assert [item["workout_id"] for item in again] == [item["workout_id"] for item in first]
    assert [item["replayed"] for item in first + again] == [False] * 6 + [True] * 6
    assert len(gym.workouts()) == 6
    assert gym.workouts()[5].idempotency_key == "own"


def test_failed_bulk_items_can_be_retried_with_the_same_key(api: Service, gym: Gym) -> None:
    items_of(api.bulk(gym.key, [WORKOUT, workout(duration_min=0)], idempotency_key="file-1"))
    again = items_of(api.bulk(gym.key, [WORKOUT, workout(duration_min=10)], idempotency_key="file-1"))
    assert [(item["status"], item["replayed"]) for item in again] == [(202, True), (202, False)]


def test_bulk_item_with_an_invalid_key_gets_its_own_error(api: Service, gym: Gym) -> None:
    [bad, good] = items_of(api.bulk(gym.key, [workout(idempotency_key="with space"), WORKOUT]))
    assert (bad["status"], pointers(bad["error"])) == (422, ["/idempotency_key"])
    assert good["status"] == 202


def test_longest_idempotency_key_fits_a_bulk_request(api: Service, gym: Gym) -> None:
    long = "k" * 128
    items_of(api.bulk(gym.key, [WORKOUT, WORKOUT], idempotency_key=long))
    assert [row.idempotency_key for row in gym.workouts()] == [f"{long}:0", f"{long}:1"]


def test_member_can_bulk_submit_only_their_own_workouts(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    items = items_of(api.bulk(token, [workout(user_id=None), workout(user_id=user_id), workout(user_id="u1")]))
    assert [item["status"] for item in items] == [202, 202, 403]
    assert items[2]["error"]["code"] == "forbidden"
