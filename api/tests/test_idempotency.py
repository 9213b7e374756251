"""Idempotency of submissions: a retry with the same key is a replay, not another workout."""

from functools import partial

import pytest
from gym import WORKOUT, Gym, without_profile, workout
from patience import at_once
from problems import assert_problem, pointers
from service import Service
from sqlalchemy import Engine
from traces import Traces


def test_idempotent_replay_gets_the_first_response_and_is_marked(api: Service, gym: Gym, traces: Traces) -> None:
    first = api.submit(gym.key, WORKOUT, idempotency_key="visit-1")
    traces.reset()
    retry = api.submit(gym.key, WORKOUT, idempotency_key="visit-1")
    assert "idempotency-replayed" not in first.headers
    assert retry.headers["idempotency-replayed"] == "true"
    assert (retry.status_code, retry.json()) == (202, first.json())
    assert retry.headers["location"] == first.headers["location"]
    assert traces.changes() == {}


def test_idempotent_replay_ignores_spelling_of_the_body(api: Service, gym: Gym) -> None:
    """Order of fields, time zone, number format and case do not matter."""
    first = api.submit(gym.key, WORKOUT, idempotency_key="visit-1").json()
    spelled = dict(reversed(workout(ts="2026-01-01T13:00:00+03:00", duration_min=35.0, gender="male").items()))
    assert api.submit(gym.key, spelled, idempotency_key="visit-1").json() == first


@pytest.mark.parametrize("change", [{"duration_min": 36}, {"user_id": "u2"}, {"ts": "2026-01-01T10:00:01Z"}])
def test_idempotency_key_with_another_body_gets_422(
    api: Service, gym: Gym, traces: Traces, change: dict[str, object]
) -> None:
    api.submit(gym.key, WORKOUT, idempotency_key="visit-1")
    api.submit(gym.key, workout(user_id="u2"))
    traces.reset()
    assert_problem(api.submit(gym.key, workout(**change), idempotency_key="visit-1"), 422, "idempotency_mismatch")
    assert traces.changes() == {}


def test_rejected_key_reuse_adds_no_member(api: Service, gym: Gym, traces: Traces) -> None:
    api.submit(gym.key, WORKOUT, idempotency_key="visit-1")
    traces.reset()
    refused = api.submit(gym.key, workout(user_id="stranger"), idempotency_key="visit-1")
    assert_problem(refused, 422, "idempotency_mismatch")
    assert traces.changes() == {}


def test_rejected_key_reuse_within_a_bulk_request_adds_no_member(api: Service, gym: Gym) -> None:
    sent = [workout(idempotency_key="1"), workout(idempotency_key="1", user_id="stranger")]
    assert [item["status"] for item in api.bulk(gym.key, sent).json()["items"]] == [202, 422]
    assert [member.user_id for member in gym.members()] == ["u1"]


def test_replay_is_found_next_to_a_mismatch_with_the_same_key(api: Service, gym: Gym) -> None:
    mine, other = workout(idempotency_key="1"), workout(idempotency_key="1", duration_min=50)
    api.bulk(gym.key, [mine])
    items = api.bulk(gym.key, [other, mine]).json()["items"]
    assert [item["status"] for item in items] == [422, 202]
    assert items[1]["replayed"]


def test_ten_concurrent_retries_are_one_workout(api: Service, gym: Gym) -> None:
    submit = partial(api.submit, gym.key, WORKOUT, idempotency_key="visit-1")
    responses = at_once([submit] * 10)
    assert {response.status_code for response in responses} == {202}
    assert len({response.text for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert (len(gym.workouts()), len(gym.predictions()), len(gym.members())) == (1, 1, 1)


def test_ten_concurrent_retries_at_two_processes_are_one_workout(api: Service, other_api: Service, gym: Gym) -> None:
    both = [partial(service.submit, gym.key, WORKOUT, idempotency_key="visit-1") for service in (api, other_api)]
    responses = at_once(both * 5)
    assert {response.status_code for response in responses} == {202}
    assert len({response.text for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert (len(gym.workouts()), len(gym.members())) == (1, 1)


def test_without_idempotency_key_each_request_is_a_workout(api: Service, gym: Gym) -> None:
    assert api.submit(gym.key, WORKOUT).json() != api.submit(gym.key, WORKOUT).json()
    assert len(gym.workouts()) == 2


def test_idempotency_keys_are_per_partner_and_club(api: Service, gym: Gym, owner: Engine) -> None:
    other = Gym(owner)
    token, user_id = gym.register(api)
    senders = [gym.key, gym.add_key(name="another"), other.key]
    ids = {api.submit(key, WORKOUT, idempotency_key="1").json()["workout_id"] for key in senders}
    ids.add(api.submit(token, workout(user_id=user_id), idempotency_key="1").json()["workout_id"])
    assert len(ids) == 4


def test_replay_is_found_after_the_partner_changed_its_api_key(api: Service, gym: Gym) -> None:
    first = api.submit(gym.key, WORKOUT, idempotency_key="1")
    assert api.submit(gym.add_key(), WORKOUT, idempotency_key="1").json() == first.json()


def test_replay_is_found_although_the_profile_changed(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    first = api.submit(gym.key, without_profile(), idempotency_key="1")
    gym.run("update users set weight_kg = 99 where club_id = :club", club=gym.id)
    retry = api.submit(gym.key, without_profile(), idempotency_key="1")
    assert retry.json() == first.json()


def test_rejected_first_try_does_not_consume_the_key(api: Service, gym: Gym) -> None:
    assert_problem(api.submit(gym.key, without_profile(), idempotency_key="1"), 422, "profile_incomplete")
    assert api.submit(gym.key, WORKOUT, idempotency_key="1").status_code == 202


@pytest.mark.parametrize("key", ["", "a" * 129, "with space", "naïve".encode(), "tab\there"])
def test_invalid_idempotency_key_is_rejected(api: Service, gym: Gym, traces: Traces, key: str | bytes) -> None:
    headers = {"Authorization": f"Bearer {gym.key}", "Idempotency-Key": key}
    response = api.http.post("/workouts", json=WORKOUT, headers=headers)
    assert pointers(assert_problem(response, 422, "invalid_fields")) == ["/Idempotency-Key"]
    assert traces.changes() == {}


def test_duplicate_key_within_a_bulk_request_is_one_workout(api: Service, gym: Gym) -> None:
    same = workout(idempotency_key="1")
    other = workout(idempotency_key="1", duration_min=50)
    items = api.bulk(gym.key, [same, same, other]).json()["items"]
    assert [item["status"] for item in items] == [202, 202, 422]
    assert items[0]["workout_id"] == items[1]["workout_id"]
    assert [items[0]["replayed"], items[1]["replayed"]] == [False, True]
    assert items[2]["error"]["code"] == "idempotency_mismatch"
    assert len(gym.workouts()) == 1
