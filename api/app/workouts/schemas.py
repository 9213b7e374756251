"""Request and response bodies of workouts. Field names are those of the tables."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SkipValidation

from app.http.fields import Body, GenderIn, HeightCm, IdempotencyKey, UserId, WeightKg, number_within
from app.http.integers import IntegerWithin
from app.http.moments import Start
from app.predictions.schemas import PredictionOut
from app.schemas import Problem
from fitburn import workouts
from fitburn.workouts import WorkoutType

WORKOUT_EXAMPLE: dict[str, JsonValue] = {
    "user_id": "u1",
    "gender": "Male",
    "age": 30,
    "height_cm": 180,
    "weight_kg": 80,
    "ts": "2026-01-01T10:00:00Z",
    "duration_min": 35,
    "distance_km": 5.2,
    "avg_hr": 145,
    "speed_kmh": 8.9,
    "workout_type": "running",
}


class WorkoutIn(Body):
    """A finished workout. The profile fields describe the member at that time; optional once the profile is known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WORKOUT_EXAMPLE]})

    user_id: UserId | None = Field(
        None, description="Your id of the member; required with a partner's key.", examples=["u1"]
    )
    gender: GenderIn | None = Field(None, description="As the published formulas distinguish it.", examples=["Male"])
    age: Annotated[int, IntegerWithin.limits(workouts.AGE)] | None = Field(None, description="Years.", examples=[30])
    height_cm: HeightCm | None = Field(None, description="Height in centimetres.", examples=[180])
    weight_kg: WeightKg | None = Field(None, description="Body mass in kilograms.", examples=[80])
    ts: Start = Field(description="Start, with a time zone.", examples=["2026-01-01T10:00:00Z"])
    duration_min: Annotated[float, number_within(workouts.DURATION_MIN)] = Field(description="Minutes.", examples=[35])
    distance_km: Annotated[float, number_within(workouts.DISTANCE_KM)] | None = Field(
        None, description="Kilometres; null when not measured.", examples=[5.2]
    )
    avg_hr: Annotated[float, number_within(workouts.AVG_HR)] | None = Field(
        None,
        description="Mean heart rate in beats per minute; without it, the workout earns half the points.",
        examples=[145],
    )
    speed_kmh: Annotated[float, number_within(workouts.SPEED_KMH)] | None = Field(
        None, description="Mean speed in km/h; if null, computed from the distance.", examples=[8.9]
    )
    workout_type: WorkoutType = Field(WorkoutType.RUNNING, description="Kind of exercise.", examples=["running"])
    calories_measured: Annotated[float, number_within(workouts.CALORIES_MEASURED)] | None = Field(
        None, description="Gross kcal measured by a device, kept for comparison; never used for points.", examples=[412]
    )


class BulkItemIn(WorkoutIn):
    idempotency_key: IdempotencyKey | None = Field(
        None,
        description="Makes a retry of this item safe, like the header of a single submission.",
        examples=["visit-77"],
    )


MAX_BULK_ITEMS = 1_000


class BulkIn(Body):
    """Up to 1,000 workouts, each validated separately."""

    items: list[SkipValidation[BulkItemIn]] = Field(
        min_length=1,
        max_length=MAX_BULK_ITEMS,
        description="Each item is validated separately; an invalid one gets its own error.",
        examples=[[WORKOUT_EXAMPLE | {"idempotency_key": "visit-77"}]],
    )


class Accepted(BaseModel):
    """The workout is stored durably and will be scored."""

    workout_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000002"])
    status: Literal["pending"] = Field("pending", examples=["pending"])


class BulkItemOut(BaseModel):
    """Result of one item: ids, or an error."""

    index: int = Field(description="Index in the request, from 0.", examples=[0])
    status: int = Field(description="HTTP status that a single submission would get.", examples=[202])
    workout_id: UUID | None = Field(None, examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID | None = Field(None, examples=["01980000-0000-7000-8000-000000000002"])
    replayed: bool | None = Field(None, description="True for an idempotent replay.", examples=[False])
    error: Problem | None = Field(None, description="Why it was not accepted.")


class BulkOut(BaseModel):
    items: list[BulkItemOut] = Field(description="One result per item, in the order of the request.")
    accepted: int = Field(examples=[999])
    rejected: int = Field(examples=[1])


class WorkoutOut(PredictionOut):
    """A workout with its prediction."""

    display_name: str | None = Field(description="The member's; null until they have chosen one.", examples=["Anna"])
    ts: datetime = Field(examples=["2026-01-01T10:00:00Z"])
    local_day: date = Field(description="Day of the start in the club's time zone.", examples=["2026-01-01"])
    workout_type: str = Field(examples=["running"])
    duration_min: float = Field(examples=[35])
    distance_km: float | None = Field(examples=[5.2])
    avg_hr: float | None = Field(examples=[145])
    speed_kmh: float | None = Field(examples=[8.9])
    calories_measured: float | None = Field(examples=[412])


class WorkoutList(BaseModel):
    items: list[WorkoutOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
