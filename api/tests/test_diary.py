"""A member's days and personal bests."""

from datetime import date
from typing import Any

import pytest
from gym import Gym, workout
from problems import assert_problem, pointers
from service import Service
from sqlalchemy import Engine

from fitburn_client import FitBurn


def submit(api: Service, gym: Gym, user_id: str, ts: str, **changes: Any) -> str:
    return str(api.submit(gym.key, workout(user_id=user_id, ts=ts, **changes)).json()["workout_id"])


def test_day_counts_all_workouts_and_sums_the_scored_ones(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    gym.finish(submit(api, gym, me, "2026-01-01T10:00:00Z", duration_min=30), calories=400, points=40)
    gym.finish(submit(api, gym, me, "2026-01-01T18:00:00Z", duration_min=20), calories=200, points=10)
    submit(api, gym, me, "2026-01-01T20:00:00Z", duration_min=10)
    submit(api, gym, me, "2025-12-30T10:00:00Z", duration_min=45)
    gym.finish(submit(api, gym, "other", "2026-01-01T10:00:00Z"))
    with FitBurn(api.url, token) as client:
        days = client.me.days(to_day=date(2026, 1, 2))
        assert (days.first_day, days.last_day) == (date(2024, 12, 28), date(2026, 1, 2))
        rows = [(day.day, day.workouts_cnt, day.minutes, day.calories, day.points) for day in days.items]
        assert rows == [(date(2025, 12, 30), 1, 45, 0, 0), (date(2026, 1, 1), 3, 60, 600, 50)]
        assert [day.day for day in client.me.days(date(2026, 1, 1), date(2026, 1, 1)).items] == [date(2026, 1, 1)]
        assert client.me.days(date(2026, 1, 2), date(2026, 1, 2)).items == ()


def test_days_are_in_the_clubs_time_zone(api: Service, owner: Engine) -> None:
    moscow = Gym(owner, "Europe/Moscow")
    token, me = moscow.register(api)
    submit(api, moscow, me, "2026-01-02T00:30:00+03:00")
    body = api.get(token, "/me/days", to="2026-01-03").json()
    assert [day["day"] for day in body["items"]] == ["2026-01-02"]
    today = moscow.one("select (now() at time zone 'Europe/Moscow')::date as day").day
    assert api.get(token, "/me/days").json()["last_day"] == str(today)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-01-02", "to": "2026-01-01"}, "/from"),
        ({"from": "2025-01-01", "to": "2026-02-05"}, "/from"),
        ({"from": "0001-01-01"}, "/from"),
        ({"to": "tomorrow"}, "/to"),
    ],
)
def test_empty_and_oversized_ranges_of_days_are_rejected(
    api: Service, gym: Gym, query: dict[str, str], pointer: str
) -> None:
    token, _ = gym.register(api)
    assert pointers(assert_problem(api.get(token, "/me/days", **query), 422, "invalid_fields")) == [pointer]


@pytest.mark.parametrize("last", ["0001-01-01", "9999-12-31"])
def test_earliest_and_latest_possible_days_are_accepted(api: Service, gym: Gym, last: str) -> None:
    token, _ = gym.register(api)
    assert api.get(token, "/me/days", to=last).json()["items"] == []


def test_bests_are_per_type_and_ties_go_to_the_earliest_workout(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    runs = {"distance_km": None, "speed_kmh": None}
    long = submit(api, gym, me, "2026-01-05T10:00:00Z", duration_min=90, **runs)
    far = submit(api, gym, me, "2026-01-06T10:00:00Z", duration_min=60, distance_km=12, speed_kmh=None)
    fast = submit(api, gym, me, "2026-01-07T10:00:00Z", duration_min=30, distance_km=6.5, speed_kmh=14)
    again = submit(api, gym, me, "2026-01-08T10:00:00Z", duration_min=90, **runs)
    rowed = submit(api, gym, me, "2026-01-08T18:00:00Z", duration_min=20, workout_type="rowing", **runs)
    for workout_id, calories in {long: 700, far: 800, fast: 300, again: 650, rowed: 200}.items():
        gym.finish(workout_id, calories=calories, points=10)
    with FitBurn(api.url, token) as client:
        bests = client.me.bests()
    rowing, running = bests.items
    assert (rowing.workout_type, rowing.distance_km, rowing.speed_kmh) == ("rowing", None, None)
    assert rowing.duration_min and rowing.duration_min.value == 20
    measures = [running.duration_min, running.distance_km, running.speed_kmh, running.calories_pred]
    assert [(best.value, best.workout_id) for best in measures if best] == [
        (90, long),
        (12, far),
        (14, fast),
        (800, far),
    ]
    assert bests.best_day and (bests.best_day.first_day, bests.best_day.calories) == (date(2026, 1, 8), 850)
    week = bests.best_week
    assert week and (week.first_day, week.workouts_cnt, week.minutes, week.points) == (date(2026, 1, 5), 5, 290, 50)


def test_held_failed_and_pending_workouts_are_no_bests(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    held = submit(api, gym, me, "2026-01-05T10:00:00Z")
    gym.finish(held, points=0)
    gym.run("update predictions set hold_reasons = '{too_old}' where workout_id = :id", id=held)
    submit(api, gym, me, "2026-01-05T12:00:00Z")
    nothing = {"items": [], "best_day": None, "best_week": None, "next_cursor": None}
    assert api.get(token, "/me/bests").json() == nothing
