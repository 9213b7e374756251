"""Bodies of requests and answers about workouts. Field names are those of the tables."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SkipValidation

from app.fields import Body, GenderIn, HeightCm, IdempotencyKey, Start, UserId, WeightKg, number_within
from fitburn import workouts
from fitburn.plausibility import HoldReason
from fitburn.points import Reason
from fitburn.predictions import ErrorCode, Standing, Status
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
    """A finished workout. The profile fields describe the member at that time; they may be left out once known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WORKOUT_EXAMPLE]})

    user_id: UserId | None = Field(
        None, description="Your own id of the member; needed with a partner's key.", examples=["u1"]
    )
    gender: GenderIn | None = Field(None, description="As the published formulas distinguish.", examples=["Male"])
    age: Annotated[int, number_within(workouts.AGE)] | None = Field(None, description="Years.", examples=[30])
    height_cm: HeightCm | None = Field(None, description="Height in centimetres.", examples=[180])
    weight_kg: WeightKg | None = Field(None, description="Body mass in kilograms.", examples=[80])
    ts: Start = Field(description="Start, with a time zone.", examples=["2026-01-01T10:00:00Z"])
    duration_min: Annotated[float, number_within(workouts.DURATION_MIN)] = Field(description="Minutes.", examples=[35])
    distance_km: Annotated[float, number_within(workouts.DISTANCE_KM)] | None = Field(
        None, description="Kilometres; null when not measured.", examples=[5.2]
    )
    avg_hr: Annotated[float, number_within(workouts.AVG_HR)] | None = Field(
        None, description="Mean heart rate in beats per minute; without it half the points.", examples=[145]
    )
    speed_kmh: Annotated[float, number_within(workouts.SPEED_KMH)] | None = Field(
        None, description="Mean speed in km/h; taken from the distance when null.", examples=[8.9]
    )
    workout_type: WorkoutType = Field(WorkoutType.RUNNING, description="What was done.", examples=["running"])
    calories_measured: Annotated[float, number_within(workouts.CALORIES_MEASURED)] | None = Field(
        None, description="Gross kcal measured by a device, kept for comparison; never used for points.", examples=[412]
    )


class BulkItemIn(WorkoutIn):
    idempotency_key: IdempotencyKey | None = Field(
        None, description="Makes a retry of this item safe, as the header does for a single one.", examples=["visit-77"]
    )


MAX_BULK_ITEMS = 1_000


class BulkIn(Body):
    """Up to 1,000 workouts, each judged by itself."""

    items: list[SkipValidation[BulkItemIn]] = Field(
        min_length=1,
        max_length=MAX_BULK_ITEMS,
        description="Described as what they should be; each is checked by itself.",
        examples=[[WORKOUT_EXAMPLE | {"idempotency_key": "visit-77"}]],
    )


class FieldProblem(BaseModel):
    pointer: str = Field(description="JSON pointer to the field.", examples=["/duration_min"])
    code: str = Field(examples=["greater_than_equal"])
    detail: str = Field(examples=["Input should be greater than or equal to 1"])


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` is for people."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["invalid_fields"])
    detail: str = Field(examples=["Some fields are missing or wrong; see errors."])
    request_id: str = Field(examples=["3f0c1b6e9d5e4c0f"])
    errors: list[FieldProblem] | None = Field(None, description="One entry per wrong field.")


class Accepted(BaseModel):
    """The workout is stored for good; it will be scored."""

    workout_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000002"])
    status: Literal["pending"] = Field("pending", examples=["pending"])


class BulkItemOut(BaseModel):
    """What became of one item: ids, or an error."""

    index: int = Field(description="Place in the request, from 0.", examples=[0])
    status: int = Field(description="HTTP status that it would have had alone.", examples=[202])
    workout_id: UUID | None = Field(None, examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID | None = Field(None, examples=["01980000-0000-7000-8000-000000000002"])
    replayed: bool | None = Field(None, description="True when it had been sent before.", examples=[False])
    error: Problem | None = Field(None, description="Why it was not accepted.")


class BulkOut(BaseModel):
    items: list[BulkItemOut] = Field(description="One answer per item, in the order of the request.")
    accepted: int = Field(examples=[999])
    rejected: int = Field(examples=[1])


class PredictionOut(BaseModel):
    """Calories and points of a workout, as far as they are known."""

    workout_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000002"])
    user_id: str = Field(examples=["u1"])
    status: Status = Field(examples=["done"])
    calories_pred: float | None = Field(description="Gross kcal.", examples=[421.7])
    points: int | None = Field(
        description="0 while the award is held for review, and once it is rejected.", examples=[42]
    )
    points_reasons: list[Reason] = Field(description="Caps that took effect.", examples=[[]])
    hold_reasons: list[HoldReason] = Field(description="Why the award was held for review.", examples=[[]])
    standing: Standing | None = Field(
        description="What the workout counts for; null until it is scored.", examples=["credited"]
    )
    review_reason: str | None = Field(description="What the operator said who reviewed it.", examples=[None])
    credited_kcal: float | None = Field(
        description="Gross kcal that count, after the ceilings and the day's minutes. Ten are a point; without heart "
        "rate half as many; and never more than are left of the day's limit.",
        examples=[421.7],
    )
    credited_min: float | None = Field(
        description="Minutes that count: fewer than the workout has when the day's minutes are used up.", examples=[35]
    )
    model_version: str | None = Field(examples=["2026.1"])
    error_code: ErrorCode | None = Field(description="Why scoring failed for good.", examples=[None])
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])
    processed_at: datetime | None = Field(examples=["2026-01-01T11:00:00.050Z"])


class WorkoutOut(PredictionOut):
    """A workout and what became of it."""

    display_name: str | None = Field(description="Of the member; null until they have chosen one.", examples=["Anna"])
    ts: datetime = Field(examples=["2026-01-01T10:00:00Z"])
    local_day: date = Field(description="Day of the start in the club's time zone.", examples=["2026-01-01"])
    workout_type: str = Field(examples=["running"])
    duration_min: float = Field(examples=[35])
    distance_km: float | None = Field(examples=[5.2])
    avg_hr: float | None = Field(examples=[145])
    speed_kmh: float | None = Field(examples=[8.9])
    calories_measured: float | None = Field(examples=[412])


class PredictionList(BaseModel):
    items: list[PredictionOut] = Field(description="In no particular order.")
    next_cursor: str | None = Field(None, examples=[None])


class WorkoutList(BaseModel):
    items: list[WorkoutOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")


class HealthOut(BaseModel):
    status: Literal["ok", "degraded"] = Field(examples=["ok"])
    database: Literal["ok"] = Field(examples=["ok"])
    queue: Literal["rabbitmq", "database", "away"] = Field(
        description="Where wake-up calls go; away: workers find the jobs by themselves.", examples=["rabbitmq"]
    )
