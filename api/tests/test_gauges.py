"""Gauges from the database are exported up to date or not at all: backlog, age of the marts, drift."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gym import Gym, workout
from patience import until
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from proxy import Proxy
from service import Service
from sqlalchemy import make_url

from app.operations.gauges import DatabaseGauges
from fitburn.database import make_engine
from fitburn.settings import DatabaseSettings

Samples = dict[tuple[str, str], float]


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxy]:
    url = make_url(database_url)
    with Proxy(url.host or "127.0.0.1", url.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def gauges(database_url: str, proxy: Proxy) -> Iterator[DatabaseGauges]:
    """Gauges that refresh every 50 ms, with the database role of the API."""
    url = make_url(database_url).set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    settings = DatabaseSettings.model_validate({"database_url": url, "database_pool_size": 1})
    gauges = DatabaseGauges(make_engine(settings, "test"), every_sec=0.05)
    gauges.start()
    yield gauges
    gauges.stop()


def exported(gauges: DatabaseGauges) -> Samples:
    """Values by name and label, as Prometheus scrapes them."""
    registry = CollectorRegistry()
    registry.register(gauges)
    return parse(generate_latest(registry).decode())


def parse(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(s.name, "".join(s.labels.values())): s.value for family in families for s in family.samples}


def count(gym: Gym, condition: str) -> int:
    return int(gym.one(f"select count(*) from predictions where {condition}").count)


def test_backlog_gauges_match_the_table(api: Service, gauges: DatabaseGauges, gym: Gym) -> None:
    ids = [api.submit(gym.key, workout(user_id=f"u{n}")).json()["workout_id"] for n in range(4)]
    gym.run("update predictions set created_at = now() - interval '1 hour' where workout_id = :id", id=ids[0])
    gym.run(
        "update predictions set status = 'failed', error_code = 'x', processed_at = now() where workout_id = :id",
        id=ids[1],
    )
    gym.finish(ids[2])
    gym.run("update predictions set hold_reasons = '{overlap}' where workout_id = :id", id=ids[2])
    expected = {
        ("fitburn_pending_workouts", ""): count(gym, "status = 'pending'"),
        ("fitburn_failed_workouts", ""): count(gym, "status = 'failed'"),
        ("fitburn_held_workouts", ""): count(gym, "standing = 'held'"),
        ("fitburn_database_up", ""): 1,
    }
    until(lambda: expected.items() <= exported(gauges).items())
    assert 3600 <= exported(gauges)["fitburn_oldest_pending_seconds", ""] < 4000


def test_mart_age_counts_from_the_last_run_and_is_infinite_before(gauges: DatabaseGauges, gym: Gym) -> None:
    gym.run("delete from mart_runs")
    until(lambda: set(ages(gauges).values()) == {math.inf})
    gym.run("insert into mart_runs values ('daily_metrics', now() - interval '5 minutes', 0)")
    until(lambda: 300 <= ages(gauges)["daily_metrics"] < 400)
    assert ages(gauges)["leaderboard_daily"] == math.inf


def ages(gauges: DatabaseGauges) -> dict[str, float]:
    return {label: value for (name, label), value in exported(gauges).items() if name == "fitburn_mart_age_seconds"}


def test_every_mart_has_an_age(gauges: DatabaseGauges, gym: Gym) -> None:
    until(lambda: ages(gauges))
    assert sorted(ages(gauges)) == sorted(gym.one("select marts()").marts)


def drift(gym: Gym, feature: str, days_ago: int, psi: float) -> None:
    gym.run(
        "insert into feature_drift_daily (day, feature, n, psi, model_version) "
        "values (current_date - :ago, :feature, 500, :psi, 'test')",
        ago=days_ago,
        feature=feature,
        psi=psi,
    )


def test_drift_is_the_latest_whole_day_and_the_median_before_it(gauges: DatabaseGauges, gym: Gym) -> None:
    gym.run("delete from feature_drift_daily")
    drift(gym, "age", 0, 9.0)
    drift(gym, "age", 2, 0.6)
    for days_ago, psi in enumerate([0.1, 0.1, 0.1, 0.2, 0.3, 0.3, 5.0], start=3):
        drift(gym, "age", days_ago, psi)
    drift(gym, "avg_hr", 1, 0.4)
    drift(gym, "avg_hr", 2, 0.4)
    drift(gym, "outdated", 8, 0.4)
    expected = {
        ("fitburn_feature_psi", "age"): 0.6,
        ("fitburn_feature_psi_usual", "age"): 0.2,
        ("fitburn_feature_psi", "avg_hr"): 0.4,
    }
    until(lambda: {key: value for key, value in exported(gauges).items() if "psi" in key[0]} == expected)


def test_without_the_database_up_is_0_and_stale_gauges_vanish(
    gauges: DatabaseGauges, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: exported(gauges)["fitburn_database_up", ""] == 1)
    proxy.cut()
    until(lambda: exported(gauges)["fitburn_database_up", ""] == 0)
    assert ("fitburn_pending_workouts", "") in exported(gauges)
    monkeypatch.setattr("app.operations.gauges.MAX_STALENESS_SEC", -1.0)
    assert exported(gauges) == {("fitburn_database_up", ""): 0}
    monkeypatch.undo()
    proxy.restore()
    until(lambda: exported(gauges)["fitburn_database_up", ""] == 1)


def test_service_exports_the_gauges(start_api: Callable[..., Service], gym: Gym) -> None:
    api: Any = start_api()
    until(lambda: ("fitburn_pending_workouts", "") in parse(api.http.get("/metrics").text))
