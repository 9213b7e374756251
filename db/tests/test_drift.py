"""Drift is the population stability index that Python computes from the same workouts and models/metrics.json."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from histories import History, fresh_database, moment, read, refresh, rows
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from fitburn.features import FEATURES, feature_row
from fitburn.workouts import WorkoutType

DAY = date(2026, 3, 10)
METRICS = json.loads((ROOT / "models" / "metrics.json").read_text())
LEAST_SHARE = 1e-4

ADD_MANY = text("""
with added as (
    insert into workouts (
        club_id, member_id, source, request_hash, ts, local_day, workout_type, duration_min, distance_km, avg_hr,
        speed_kmh, gender, age, height_cm, weight_kg
    )
    select
        :club, :member, 'p', '', :ts, :day, workout_type, duration_min, distance_km, avg_hr, speed_kmh, gender, age,
        height_cm, weight_kg
    from json_to_recordset(:rows) as x (
        workout_type text, duration_min float8, distance_km float8, avg_hr float8, speed_kmh float8, gender text,
        age smallint, height_cm float8, weight_kg float8
    )
    returning id, duration_min
)
insert into predictions (workout_id, status, calories_pred, points, processed_at)
select id, 'done', duration_min * 9.5, 0, now() from added
""")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with fresh_database() as engine:
        yield engine


def draw(rng: random.Random) -> dict[str, Any]:
    """A workout with gaps of every kind; no derived speed on the edge of a bin."""
    workout_type = rng.choice([*WorkoutType, "running", "running"])
    speed = round(rng.uniform(3, 30), 2) if rng.random() < 0.4 else None
    return {
        "workout_type": str(workout_type), "duration_min": round(rng.uniform(5, 200), 1), "speed_kmh": speed,
        "distance_km": round(rng.uniform(1, 30), 2) if rng.random() < 0.5 else None,
        "avg_hr": float(rng.randrange(60, 200)) if rng.random() < 0.7 else None,
        "gender": rng.choice(["Male", "Female", "Female"]), "age": rng.randrange(16, 80),
        "height_cm": rng.uniform(140, 205), "weight_kg": rng.uniform(45, 130),
    }  # fmt: skip


def add(engine: Engine, workouts: list[dict[str, Any]], day: date = DAY) -> None:
    club = History(engine)
    club.run(ADD_MANY, club=club.club, member=club.member("a"), ts=moment(day), day=day, rows=json.dumps(workouts))


def expected_psi(workouts: list[dict[str, Any]]) -> dict[str, float]:
    matrix = [feature_row(SimpleNamespace(ts=moment(DAY), **workout)) for workout in workouts]
    columns = {feature.name: [row[n] for row in matrix] for n, feature in enumerate(FEATURES)}
    columns["calories_pred"] = [workout["duration_min"] * 9.5 for workout in workouts]
    references = METRICS["reference"]["features"] | {"calories_pred": METRICS["reference"]["calories_pred"]}
    return {name: psi(values, references[name]) for name, values in columns.items()}


def psi(values: list[float], reference: dict[str, Any]) -> float:
    counts = Counter(bin_of(value, reference) for value in values)
    shares = [reference.get("missing", 0.0), *reference["shares"]]
    total = 0.0
    for n, share in enumerate(shares):
        seen, expected = max(counts[n] / len(values), LEAST_SHARE), max(share, LEAST_SHARE)
        total += (seen - expected) * math.log(seen / expected)
    return total


def bin_of(value: float, reference: dict[str, Any]) -> int:
    """0 for a missing value; a category is its code, a measure the last bin that begins at or below it."""
    if math.isnan(value):
        return 0
    if "categories" in reference:
        return int(value) + 1
    return 1 + sum(edge <= value for edge in reference["edges"][1:-1])


def found_psi(engine: Engine, day: date = DAY) -> dict[str, float]:
    return {row.feature: row.psi for row in read(engine, "select * from feature_drift_daily where day = :day", day=day)}


def test_psi_of_every_input_and_the_prediction_equals_that_of_python(engine: Engine) -> None:
    rng = random.Random(3)
    workouts = [draw(rng) for _ in range(700)]
    add(engine, workouts[:400])
    add(engine, workouts[400:])
    assert refresh(engine, "feature_drift_daily", DAY) == len(FEATURES) + 1
    found = rows(engine, "feature_drift_daily")
    assert {(row["n"], row["model_version"]) for row in found} == {(700, METRICS["model_version"])}
    assert found_psi(engine) == pytest.approx(expected_psi(workouts), rel=1e-9)
    before = rows(engine, "feature_drift_daily")
    refresh(engine, "feature_drift_daily", DAY)
    assert rows(engine, "feature_drift_daily") == before


@pytest.mark.parametrize(("count", "features"), [(499, 0), (500, len(FEATURES) + 1)])
def test_a_day_with_fewer_than_500_scored_workouts_has_no_rows(engine: Engine, count: int, features: int) -> None:
    day = date(2026, 4, count % 28 + 1)
    add(engine, [draw(random.Random(n)) for n in range(count)], day)
    club = History(engine)
    club.submit("a", moment(day))
    assert refresh(engine, "feature_drift_daily", day) == features


def test_unseen_categories_count_as_missing(engine: Engine) -> None:
    day = date(2026, 5, 1)
    add(engine, [draw(random.Random(n)) | {"workout_type": "chess"} for n in range(600)], day)
    refresh(engine, "feature_drift_daily", day)
    assert found_psi(engine, day)["workout_type"] > 5


def test_the_reference_comes_from_the_models_folder_and_can_be_replaced(engine: Engine) -> None:
    with engine.connect() as connection:
        known = connection.execute(text("select feature, shares from drift_reference")).all()
        assert {row.feature: row.shares for row in known} == {
            name: spread["shares"]
            for name, spread in (
                METRICS["reference"]["features"] | {"calories_pred": METRICS["reference"]["calories_pred"]}
            ).items()
        }
        other = METRICS | {"model_version": "other"}
        other["reference"] = {"features": {}, "calories_pred": {"edges": [0, 5, 10], "shares": [0.5, 0.5]}}
        set_reference = text("select set_drift_reference(cast(:metrics as jsonb))")
        assert connection.execute(set_reference, {"metrics": json.dumps(other)}).scalar_one() == 1
        [row] = connection.execute(text("select * from drift_reference"))
        assert row == ("calories_pred", [5.0], None, [0.5, 0.5], 0.0, "other")
        connection.rollback()


def test_a_refresh_without_a_reference_fails_with_advice(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("delete from drift_reference"))
        with pytest.raises(DBAPIError, match="make migrate"):
            connection.execute(text("select refresh_feature_drift_daily('2026-03-10', '2026-03-10')"))
