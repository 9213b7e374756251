"""Workouts with measured calories, read from a CSV file."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from fitburn import workouts
from fitburn.physiology import Gender
from fitburn.workouts import Limits, WorkoutType

CHECK_FILE = "calorimetry_dev.csv"
"""File in the folder FITBURN_CHECK_DATA: calorimetry of shuttle runs, which may not be published."""

SHUTTLE_RUN_TYPE = WorkoutType.RUNNING
"""A shuttle run is logged as running, with its rests as pauses, as a member would log it."""


class UnreadableSessionsError(ValueError):
    """The file of measured workouts cannot be used; the message names the line and the reason."""


def _within(limits: Limits) -> object:
    return Field(ge=limits.low, le=limits.high, allow_inf_nan=False)


def _capitalised(value: object) -> object:
    return value.capitalize() if isinstance(value, str) else value


class Measured(BaseModel):
    """One measured workout, as `fitburn.workouts.Workout`; energy is gross kcal and does not depend on its time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str = "workout"
    ts: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    gender: Annotated[Gender, BeforeValidator(_capitalised)]
    age: Annotated[float, _within(workouts.AGE)]
    height_cm: Annotated[float, _within(workouts.HEIGHT_CM)]
    weight_kg: Annotated[float, _within(workouts.WEIGHT_KG)]
    duration_min: Annotated[float, _within(workouts.DURATION_MIN)]
    avg_hr: Annotated[float, _within(workouts.AVG_HR)] | None = None
    distance_km: Annotated[float, _within(workouts.DISTANCE_KM)] | None = None
    speed_kmh: Annotated[float, _within(workouts.SPEED_KMH)] | None = None
    workout_type: WorkoutType
    calories_measured: Annotated[float, Field(gt=0, le=workouts.CALORIES_MEASURED.high, allow_inf_nan=False)]


def read_measured(path: Path, workout_type: WorkoutType) -> list[Measured]:
    """The workouts of a CSV file with a header line; empty cells are missing values.

    `workout_type` is the type of rows without one. Raises UnreadableSessionsError.
    """
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            rows = csv.DictReader(lines)
            sessions = [_measured(path, rows.line_num, row, workout_type) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableSessionsError(f"{path}: {error}. Give a readable CSV file.") from error
    if not sessions:
        raise UnreadableSessionsError(
            f"{path} has no rows. Give a CSV file with a header line and at least one workout."
        )
    return sessions


def _measured(path: Path, line: int, row: dict[str, str], workout_type: WorkoutType) -> Measured:
    cells = {name: cell.strip() for name, cell in row.items() if name and cell and cell.strip()}
    try:
        return Measured.model_validate({"workout_type": workout_type} | cells)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise UnreadableSessionsError(f"{path}, line {line}: {faults}. Correct or remove that line.") from None
