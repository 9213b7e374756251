"""Submitting workouts: what is stored, with a snapshot of the profile."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from gym import PROFILE_FIELDS, WORKOUT, Gym, without_profile, workout
from problems import assert_problem, pointers
from service import Service
from sqlalchemy import Engine
from traces import Traces


def test_accepted_workout_is_stored_with_job_member_and_snapshot(api: Service, gym: Gym) -> None:
    response = api.submit(gym.key, WORKOUT)
    assert response.status_code == 202
    body = response.json()
    assert set(body) == {"workout_id", "prediction_id", "status"} and body["status"] == "pending"
    assert response.headers["location"] == f"/predictions/{body['workout_id']}"
    assert "idempotency-replayed" not in response.headers
    [member], [stored], [prediction] = gym.members(), gym.workouts(), gym.predictions()
    assert (stored.id, prediction.id) == (UUID(body["workout_id"]), UUID(body["prediction_id"]))
    assert (prediction.workout_id, prediction.status, prediction.attempts) == (stored.id, "pending", 0)
    assert (stored.member_id, stored.source) == (member.id, "partner:partner")
    kept = {name: getattr(stored, name) for name in WORKOUT if name not in ("user_id", "ts")}
    assert kept == {name: WORKOUT[name] for name in kept}
    assert stored.ts == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert (member.user_id, member.gender, member.birth_year) == ("u1", "Male", 1996)
    assert (member.height_cm, member.weight_kg, member.role) == (180, 80, "member")


def test_location_header_leads_to_the_prediction(api: Service, gym: Gym) -> None:
    accepted = api.submit(gym.key, WORKOUT)
    prediction = api.get(gym.key, accepted.headers["location"])
    assert prediction.status_code == 200
    assert prediction.json() == prediction.json() | accepted.json() | {
        "user_id": "u1", "calories_pred": None, "points": None, "processed_at": None, "hold_reasons": [],
    }  # fmt: skip


def test_scored_prediction_is_shown(api: Service, gym: Gym) -> None:
    workout_id = api.submit(gym.key, WORKOUT).json()["workout_id"]
    gym.finish(workout_id, calories=421.5, points=42)
    prediction = api.get(gym.key, f"/predictions/{workout_id}").json()
    assert (prediction["status"], prediction["calories_pred"], prediction["points"]) == ("done", 421.5, 42)
    assert prediction["model_version"] == "test"
    assert datetime.fromisoformat(prediction["processed_at"]) > datetime.fromisoformat(prediction["created_at"])


def test_predictions_of_several_workouts_come_in_one_response(api: Service, gym: Gym) -> None:
    ids = [api.submit(gym.key, workout(duration_min=n)).json()["workout_id"] for n in (10, 20)]
    stranger = "01980000-0000-7000-8000-000000000001"
    body = api.get(gym.key, "/predictions", workout_id=[*ids, stranger]).json()
    assert {item["workout_id"] for item in body["items"]} == set(ids)


@pytest.mark.parametrize(
    ("zone", "start", "day"),
    [
        ("Europe/Moscow", "2026-01-01T20:30:00Z", date(2026, 1, 1)),
        ("Europe/Moscow", "2026-01-01T21:30:00Z", date(2026, 1, 2)),
        ("Europe/Moscow", "2026-01-01T23:30:00+03:00", date(2026, 1, 1)),
        ("America/New_York", "2026-01-01T04:59:00Z", date(2025, 12, 31)),
        ("UTC", "2026-01-01T00:00:00Z", date(2026, 1, 1)),
    ],
)
def test_local_day_is_in_the_clubs_time_zone(api: Service, owner: Engine, zone: str, start: str, day: date) -> None:
    gym = Gym(owner, time_zone=zone)
    assert api.submit(gym.key, workout(ts=start)).status_code == 202
    assert gym.workouts()[0].local_day == day


def test_known_member_needs_only_start_and_duration(api: Service, gym: Gym) -> None:
    api.submit(gym.key, WORKOUT)
    assert api.submit(gym.key, {"user_id": "u1", "ts": "2026-01-02T10:00:00Z", "duration_min": 20}).status_code == 202
    second = gym.workouts()[1]
    assert (second.workout_type, second.avg_hr, second.distance_km, second.speed_kmh) == ("running", None, None, None)
    assert (second.gender, second.age, second.height_cm, second.weight_kg) == ("Male", 30, 180, 80)
    assert len(gym.members()) == 1


@pytest.mark.parametrize("missing", [PROFILE_FIELDS, ("age",), ("gender", "weight_kg")])
def test_first_workout_with_incomplete_profile_names_the_missing_fields(
    api: Service, gym: Gym, traces: Traces, missing: tuple[str, ...]
) -> None:
    sent = {name: value for name, value in WORKOUT.items() if name not in missing}
    body = assert_problem(api.submit(gym.key, sent), 422, "profile_incomplete")
    assert sorted(pointers(body)) == sorted(f"/{name}" for name in missing)
    assert traces.changes() == {}


def test_submission_completes_the_profile_but_overwrites_nothing(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    patched = api.http.patch("/me", json={"weight_kg": 64}, headers={"Authorization": f"Bearer {token}"})
    assert patched.json()["weight_kg"] == 64
    sent = workout(user_id=user_id, gender="Female", weight_kg=70)
    assert api.submit(gym.key, sent).status_code == 202
    [member], [stored] = gym.members(), gym.workouts()
    assert (member.weight_kg, member.height_cm, member.gender, member.birth_year) == (64, 180, "Female", 1996)
    assert (stored.weight_kg, stored.height_cm) == (70, 180), "the snapshot is what was sent"


def test_profile_change_does_not_affect_earlier_workouts(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    headers = {"Authorization": f"Bearer {token}"}
    assert api.http.post("/workouts", json=workout(user_id=user_id), headers=headers).status_code == 202
    assert api.http.patch("/me", json={"weight_kg": 95, "birth_year": 1950}, headers=headers).status_code == 200
    assert (gym.workouts()[0].weight_kg, gym.workouts()[0].age) == (80, 30)
    api.http.post("/workouts", json={"ts": "2026-01-02T10:00:00Z", "duration_min": 20}, headers=headers)
    assert (gym.workouts()[1].weight_kg, gym.workouts()[1].age) == (95, 76)


def test_member_submits_for_themselves(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    sent = workout()
    del sent["user_id"]
    assert api.submit(token, sent).status_code == 202
    [member], [stored] = gym.members(), gym.workouts()
    assert (member.user_id, stored.member_id, stored.source) == (user_id, member.id, f"member:{member.id}")


def test_member_cannot_submit_for_another(api: Service, gym: Gym, traces: Traces) -> None:
    token, _ = gym.register(api)
    traces.reset()
    assert_problem(api.submit(token, WORKOUT), 403, "forbidden")
    assert traces.changes() == {}


def test_partner_must_send_a_user_id(api: Service, gym: Gym, traces: Traces) -> None:
    sent = workout()
    del sent["user_id"]
    assert pointers(assert_problem(api.submit(gym.key, sent), 422, "invalid_fields")) == ["/user_id"]
    assert traces.changes() == {}


def test_same_user_id_in_another_club_is_another_member(api: Service, gym: Gym, owner: Engine) -> None:
    other = Gym(owner)
    api.submit(gym.key, WORKOUT)
    assert_problem(api.submit(other.key, without_profile()), 422, "profile_incomplete")
    api.submit(other.key, workout(weight_kg=50))
    assert gym.members()[0].weight_kg == 80
    assert other.members()[0].weight_kg == 50
