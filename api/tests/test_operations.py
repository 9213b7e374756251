"""Statistics for operators: the club's week, and the health of the service."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from gym import Gym, workout
from problems import assert_problem, pointers
from service import Service
from test_stats import finished, refresh

from fitburn_client import FitBurn

SUNDAY = date(2026, 3, 29)
METRICS = Path(__file__).parents[2] / "models" / "metrics.json"


@pytest.fixture
def operator(api: Service, gym: Gym) -> str:
    return gym.register(api, role="operator")[0]


def train(api: Service, gym: Gym, days_ago: int, *members: str) -> None:
    finished(api, gym, dict.fromkeys(members, 300.0), str(SUNDAY - timedelta(days=days_ago)))


def test_week_is_compared_to_the_week_before(api: Service, gym: Gym, operator: str) -> None:
    train(api, gym, 0, "a", "b")
    train(api, gym, 6, "a", "c")
    train(api, gym, 7, "a", "d", "e", "f")
    train(api, gym, 14, "d")
    train(api, gym, 27, "g")
    train(api, gym, 28, "h", "a")
    train(api, gym, 56, "outdated")
    with FitBurn(api.url, operator) as client:
        week = client.stats.club_week(SUNDAY)
    assert (week.day, week.first_day) == (SUNDAY, date(2026, 3, 23))
    assert (week.active_7d.value, week.active_7d.before) == (3, 4)
    assert (week.active_28d.value, week.active_28d.before) == (7, 2)
    assert (week.return_rate.value, week.return_rate.before) == (0.25, 1.0)
    assert (week.workouts_cnt.value, week.workouts_cnt.before) == (4, 4)
    assert (week.points_awarded.value, week.total_calories.value) == (120, 1200.0)
    assert week.refreshed_at


def test_new_members_are_counted_by_days_of_the_club(api: Service, gym: Gym, operator: str) -> None:
    gym.run("update clubs set time_zone = 'Europe/Moscow' where id = :club", club=gym.id)
    gym.run("update users set created_at = '2020-01-01' where club_id = :club", club=gym.id)
    # The week is from 21:00 UTC on the previous Sunday to 21:00 UTC on this one.
    for number, moment in enumerate(
        ("2026-03-29 20:59:59", "2026-03-22 21:00:00", "2026-03-22 20:59:59", "2026-03-29 21:00:00")
    ):
        add = "insert into users (club_id, user_id, created_at) values (:club, :user_id, cast(:at as timestamptz))"
        gym.run(add, club=gym.id, user_id=f"u{number}", at=moment + "+00")
    body = api.get(operator, "/stats/club", day=str(SUNDAY)).json()
    assert body["new_members"] == {"value": 2, "before": 1}


def test_empty_club_has_a_week_of_zeros(api: Service, gym: Gym, operator: str) -> None:
    body = api.get(operator, "/stats/club", day="2020-01-01").json()
    nothing = {"value": 0, "before": 0}
    assert body["return_rate"] == {"value": None, "before": None}
    assert all(body[name] == nothing for name in ("active_7d", "active_28d", "new_members", "workouts_cnt"))


@pytest.mark.parametrize("day", ["1999-12-31", "9999-12-31", "today"])
def test_invalid_day_of_a_week_is_rejected(api: Service, gym: Gym, day: str) -> None:
    assert pointers(assert_problem(api.get(gym.key, "/stats/club", day=day), 422, "invalid_fields")) == ["/day"]


def system(api: Service, operator: str) -> dict[str, Any]:
    response = api.get(operator, "/stats/system")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_backlog_counts_pending_failed_and_held_workouts(api: Service, gym: Gym, operator: str) -> None:
    before = system(api, operator)
    ids = [api.submit(gym.key, workout(user_id=f"u{n}")).json()["workout_id"] for n in range(4)]
    gym.run("update predictions set created_at = now() - interval '2 hours' where workout_id = :id", id=ids[0])
    fail = (
        "update predictions set status = 'failed', error_code = 'x', processed_at = now() - :ago where workout_id = :id"
    )
    gym.run(fail, ago=timedelta(hours=1), id=ids[1])
    gym.run(fail, ago=timedelta(hours=25), id=ids[2])
    gym.finish(ids[3], points=0)
    gym.run("update predictions set hold_reasons = '{overlap}' where workout_id = :id", id=ids[3])
    after = system(api, operator)
    grown = {name: after[name] - before[name] for name in ("pending_cnt", "failed_24h_cnt", "held_cnt")}
    assert grown == {"pending_cnt": 1, "failed_24h_cnt": 1, "held_cnt": 1}
    assert after["oldest_pending_sec"] >= 7200


def test_latency_covers_the_last_hour_and_models_the_last_day(api: Service, gym: Gym, operator: str) -> None:
    gym.run("update predictions set processed_at = processed_at - interval '2 days' where processed_at is not null")
    assert (system(api, operator)["models_24h"], system(api, operator)["latency"]["n"]) == ([], 0)
    for n, (version, ago, seconds) in enumerate(
        [("m-1", 30, 1.0), ("m-2", 20, 2.0), ("m-2", 10, 3.0), ("m-1", 120, 50.0), ("m-0", 25 * 60, 50.0)]
    ):
        workout_id = api.submit(gym.key, workout(user_id=f"u{n}")).json()["workout_id"]
        gym.finish(workout_id)
        gym.run(
            "update predictions set model_version = :version, processed_at = now() - :ago, "
            "created_at = now() - :ago - :took where workout_id = :id",
            version=version, ago=timedelta(minutes=ago), took=timedelta(seconds=seconds), id=workout_id,
        )  # fmt: skip
    status = system(api, operator)
    assert status["models_24h"] == ["m-2", "m-1"]
    assert status["latency"] == {"n": 3, "p50_sec": 2.0, "p95_sec": pytest.approx(2.9)}


def test_model_is_the_release_model_with_its_metrics(api: Service, operator: str) -> None:
    metrics = json.loads(METRICS.read_text())
    with FitBurn(api.url, operator) as client:
        model = client.operations.system().model
    assert model and model.model_version == metrics["model_version"]
    assert model.cross_validation.mape_percent == metrics["cross_validation"]["overall"]["mape_percent"]
    assert (model.trained_on, model.synthetic) == (metrics["data"]["n"], metrics["data"]["synthetic"])
    assert [group.mape_percent for group in model.real_data] == [
        group["mape_percent"]["model"] for group in metrics["real_data"]
    ]


def test_system_has_marts_queue_and_links(start_api: Callable[..., Service], gym: Gym) -> None:
    api = start_api(fitburn_grafana_url="https://grafana.example.com", rabbitmq_url="amqp://nobody:x@127.0.0.1:1/")
    refresh(gym)
    with FitBurn(api.url, gym.register(api, role="operator")[0]) as client:
        status = client.operations.system()
    assert (status.queue.kind, status.queue.healthy) == ("rabbitmq", False)
    assert (status.links.grafana, status.links.airflow) == ("https://grafana.example.com/", None)
    fresh = {mart.mart: mart.refreshed_at for mart in status.marts}
    assert set(fresh) == {"daily_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily"}
    assert fresh["daily_metrics"] and fresh["leaderboard_daily"]
