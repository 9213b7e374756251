"""The body of POST /workouts, with the same fields and limits as FitBurn's."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class WorkoutType(StrEnum):
    WALKING = "walking"
    RUNNING = "running"
    CYCLING = "cycling"
    SPINNING = "spinning"
    ELLIPTICAL = "elliptical"
    ROWING = "rowing"
    STAIRS = "stairs"
    SWIMMING = "swimming"
    HIIT = "hiit"
    CIRCUIT = "circuit"
    STRENGTH = "strength"
    KETTLEBELL = "kettlebell"
    BOXING = "boxing"
    JUMP_ROPE = "jump_rope"
    DANCE = "dance"
    YOGA = "yoga"
    PILATES = "pilates"


class WorkoutIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$")
    gender: Literal["Male", "Female"]
    age: int = Field(ge=10, le=100)
    height_cm: float = Field(ge=100, le=250)
    weight_kg: float = Field(ge=25, le=300)
    ts: AwareDatetime
    duration_min: float = Field(ge=1, le=600)
    distance_km: float | None = Field(None, ge=0, le=500)
    avg_hr: float | None = Field(None, ge=30, le=240)
    speed_kmh: float | None = Field(None, ge=0, le=80)
    workout_type: WorkoutType = WorkoutType.RUNNING


class Accepted(BaseModel):
    workout_id: str
    prediction_id: str
    status: str = "pending"


def local_day(ts: datetime, time_zone: str) -> date:
    return ts.astimezone(ZoneInfo(time_zone)).date()
