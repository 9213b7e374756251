"""Scores the visits with the committed model, and holds or awards them by the rules of fitburn."""

import hashlib
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from db.seed.habits import HABITS
from db.seed.members import Floats, Roster
from db.seed.visits import Calendar, Visits
from fitburn.awards import Decision, Ledger
from fitburn.features import feature_row


@dataclass(frozen=True, slots=True)
class Model:
    version: str
    regressor: Any


@dataclass(slots=True)
class Visit:
    """One workout, as `fitburn.awards.AcceptedWorkout`, and its member's number."""

    member: int
    local_day: date
    accepted_at: datetime
    ts: datetime
    workout_type: str
    duration_min: float
    distance_km: float | None
    avg_hr: float | None
    speed_kmh: float | None
    gender: str
    age: int
    height_cm: float
    weight_kg: float


class Outcome(NamedTuple):
    calories: float
    decision: Decision


def load_model(folder: Path) -> Model:
    """The committed model. Exits if metrics.json describes another one."""
    description = json.loads((folder / "metrics.json").read_bytes())
    artefact = (folder / "model.joblib").read_bytes()
    if hashlib.sha256(artefact).hexdigest() != description["sha256"]:
        sys.exit(f"{folder / 'model.joblib'} is not the file that metrics.json describes. Run `make train`.")
    return Model(description["model_version"], joblib.load(BytesIO(artefact)))


def unfold(roster: Roster, calendar: Calendar, visits: Visits) -> list[Visit]:
    """The visits as single workouts, in the order of acceptance."""
    days = {n: calendar.first_day + timedelta(days=n) for n in set(visits.day.tolist())}
    this_year = calendar.until.year
    people = list(
        zip(roster.genders, roster.age.tolist(), roster.height_cm.tolist(), roster.weight_kg.tolist(), strict=True)
    )
    unfolded = []
    for member, day, habit, ts, created_at, minutes, distance, speed, heart_rate in zip(
        *(getattr(visits, name).tolist() for name in Visits.__slots__), strict=True
    ):
        gender, age, height, weight = people[member]
        local_day = days[day]
        unfolded.append(
            Visit(
                member,
                local_day,
                datetime.fromtimestamp(created_at, UTC),
                datetime.fromtimestamp(ts, UTC),
                HABITS[habit].workout_type,
                minutes,
                _none_if_nan(distance),
                _none_if_nan(heart_rate),
                _none_if_nan(speed),
                gender,
                age - (this_year - local_day.year),
                height,
                weight,
            )
        )
    return unfolded


def predict(model: Model, visits: list[Visit]) -> list[float]:
    """Gross kcal of each visit, from one call of the model."""
    matrix: Floats = np.array([feature_row(visit) for visit in visits], dtype=np.float64)
    # Another core copies the previous block meanwhile.
    with threadpool_limits(1):
        calories: list[float] = model.regressor.predict(matrix).tolist()
    return calories


class Ledgers:
    """A ledger for each member, by number. Visits are decided in the order in which they come."""

    def __init__(self) -> None:
        self._ledgers: defaultdict[int, Ledger] = defaultdict(Ledger)

    def decide(self, visits: list[Visit], calories: list[float]) -> Iterator[Outcome]:
        for visit, kcal in zip(visits, calories, strict=True):
            yield Outcome(kcal, self._ledgers[visit.member].decide(visit, kcal))

    def forget_before(self, day: date) -> None:
        """Visits still to come are of this day or later."""
        for ledger in self._ledgers.values():
            ledger.forget_before(day)


def _none_if_nan(value: float) -> float | None:
    return None if math.isnan(value) else value
