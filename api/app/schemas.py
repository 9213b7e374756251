"""Bodies of requests and answers. Field names are those of the tables."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    JsonValue,
    SecretStr,
    SkipValidation,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from fitburn import workouts
from fitburn.physiology import Gender
from fitburn.plausibility import HoldReason
from fitburn.points import Reason
from fitburn.predictions import ErrorCode, Status
from fitburn.workouts import Limits, WorkoutType

EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)
MAX_PASSWORD = 200
LATEST_AHEAD = timedelta(hours=24)
"""A start a little ahead is a wrong clock or time zone, and is held for review; one further ahead is an error."""

DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
USER_ID = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$"


def _number(limits: Limits) -> Any:
    return Field(strict=True, ge=limits.low, le=limits.high, allow_inf_nan=False)


def _as_gender(value: object) -> object:
    return value.capitalize() if isinstance(value, str) else value


def _text_only(value: object) -> object:
    # Pydantic would take digits for seconds since 1970.
    if not isinstance(value, str) or not DATE_AND_TIME.match(value):
        raise ValueError("should be an ISO 8601 date and time with a zone, such as 2026-01-01T10:00:00Z")
    return value


def _within_time(start: datetime) -> datetime:
    if start < EARLIEST_START:
        raise ValueError("starts before 2000")
    if start > datetime.now(UTC) + LATEST_AHEAD:
        raise ValueError("starts more than 24 hours in the future")
    return start.astimezone(UTC)


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("contains characters that cannot be shown")
    return value


def _long_enough(secret: SecretStr) -> SecretStr:
    # Pydantic's own length of a secret speaks of items.
    if not 10 <= len(secret) <= MAX_PASSWORD:
        raise PydanticCustomError("string_length", "Should have 10 to {longest} characters", {"longest": MAX_PASSWORD})
    return secret


def _whole_characters(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("contains half a character") from None
    return secret


GenderIn = Annotated[Gender, BeforeValidator(_as_gender)]
Start = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_within_time)]
UserId = Annotated[str, StringConstraints(strict=True, pattern=USER_ID)]
DisplayName = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_printable)
]
IdempotencyKey = Annotated[str, StringConstraints(strict=True, pattern=r"^[\x21-\x7e]{1,128}$")]
Password = Annotated[SecretStr, AfterValidator(_whole_characters)]
NewPassword = Annotated[Password, AfterValidator(_long_enough)]
Club = Annotated[str, StringConstraints(max_length=63), AfterValidator(_printable)]
HeightCm = Annotated[float, _number(workouts.HEIGHT_CM)]
WeightKg = Annotated[float, _number(workouts.WEIGHT_KG)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


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


class WorkoutIn(_Body):
    """A finished workout. The profile fields describe the member at that time; they may be left out once known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WORKOUT_EXAMPLE]})

    user_id: UserId | None = Field(
        None, description="Your own id of the member; needed with a partner's key.", examples=["u1"]
    )
    gender: GenderIn | None = Field(None, description="As the published formulas distinguish.", examples=["Male"])
    age: Annotated[int, _number(workouts.AGE)] | None = Field(None, description="Years.", examples=[30])
    height_cm: HeightCm | None = Field(None, description="Height in centimetres.", examples=[180])
    weight_kg: WeightKg | None = Field(None, description="Body mass in kilograms.", examples=[80])
    ts: Start = Field(description="Start, with a time zone.", examples=["2026-01-01T10:00:00Z"])
    duration_min: Annotated[float, _number(workouts.DURATION_MIN)] = Field(description="Minutes.", examples=[35])
    distance_km: Annotated[float, _number(workouts.DISTANCE_KM)] | None = Field(
        None, description="Kilometres; null when not measured.", examples=[5.2]
    )
    avg_hr: Annotated[float, _number(workouts.AVG_HR)] | None = Field(
        None, description="Mean heart rate in beats per minute; without it half the points.", examples=[145]
    )
    speed_kmh: Annotated[float, _number(workouts.SPEED_KMH)] | None = Field(
        None, description="Mean speed in km/h; taken from the distance when null.", examples=[8.9]
    )
    workout_type: WorkoutType = Field(WorkoutType.RUNNING, description="What was done.", examples=["running"])
    calories_measured: Annotated[float, _number(workouts.CALORIES_MEASURED)] | None = Field(
        None, description="Gross kcal measured by a device, kept for comparison; never used for points.", examples=[412]
    )


class BulkItemIn(WorkoutIn):
    idempotency_key: IdempotencyKey | None = Field(
        None, description="Makes a retry of this item safe, as the header does for a single one.", examples=["visit-77"]
    )


MAX_BULK_ITEMS = 1_000


class BulkIn(_Body):
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
    points: int | None = Field(description="0 while the award is held for review.", examples=[42])
    points_reasons: list[Reason] = Field(description="Caps that took effect.", examples=[[]])
    hold_reasons: list[HoldReason] = Field(description="Why the award waits for review.", examples=[[]])
    credited_kcal: float | None = Field(description="kcal that points were given for.", examples=[421.7])
    model_version: str | None = Field(examples=["2026.1"])
    error_code: ErrorCode | None = Field(description="Why scoring failed for good.", examples=[None])
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])
    processed_at: datetime | None = Field(examples=["2026-01-01T11:00:00.050Z"])


class WorkoutOut(PredictionOut):
    """A workout and what became of it."""

    ts: datetime = Field(examples=["2026-01-01T10:00:00Z"])
    local_day: date = Field(description="Day of the start in the club's time zone.", examples=["2026-01-01"])
    workout_type: str = Field(examples=["running"])
    duration_min: float = Field(examples=[35])
    distance_km: float | None = Field(examples=[5.2])
    avg_hr: float | None = Field(examples=[145])
    speed_kmh: float | None = Field(examples=[8.9])
    calories_measured: float | None = Field(examples=[412])


class TransferOut(BaseModel):
    """Points that came (more than 0) or went (less than 0)."""

    transfer_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000003"])
    kind: str = Field(examples=["workout_award"])
    amount: int = Field(examples=[42])
    source_id: UUID = Field(description="What it was for, such as the workout.")
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])


class PredictionList(BaseModel):
    items: list[PredictionOut] = Field(description="In no particular order.")
    next_cursor: str | None = Field(None, examples=[None])


class WorkoutList(BaseModel):
    items: list[WorkoutOut] = Field(description="Latest accepted first.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")


class PointsOut(BaseModel):
    """What a member has, and how it came about, newest first."""

    user_id: str = Field(examples=["u1"])
    balance: int = Field(examples=[420])
    items: list[TransferOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")


class RegisterIn(_Body):
    email: EmailStr = Field(max_length=254, examples=["anna@example.com"])
    password: NewPassword = Field(description="10 to 200 characters.", examples=["correct horse battery"])
    display_name: DisplayName = Field(examples=["Anna"])
    club: Club = Field("main", examples=["main"])


class LoginIn(_Body):
    email: Annotated[str, AfterValidator(_printable)] = Field(max_length=254, examples=["anna@example.com"])
    password: Password = Field(max_length=MAX_PASSWORD, examples=["correct horse battery"])
    club: Club = Field("main", examples=["main"])


class TokenOut(BaseModel):
    access_token: str = Field(examples=["eyJhbGciOi…"])
    token_type: Literal["bearer"] = "bearer"
    expires_at: datetime = Field(examples=["2026-01-01T12:00:00Z"])
    user_id: str = Field(examples=["m-01980000"])


class ProfileOut(BaseModel):
    """A member as the club knows them."""

    user_id: str = Field(examples=["m-01980000"])
    club: str = Field(examples=["main"])
    email: str | None = Field(examples=["anna@example.com"])
    display_name: str | None = Field(examples=["Anna"])
    role: Literal["member", "operator"] = Field(examples=["member"])
    gender: Gender | None = Field(examples=["Female"])
    birth_year: int | None = Field(examples=[1994])
    height_cm: float | None = Field(examples=[170])
    weight_kg: float | None = Field(examples=[64])
    leaderboard_opt_out: bool = Field(examples=[False])


class ProfilePatch(_Body):
    """Fields to change; those left out stay as they are."""

    display_name: DisplayName | None = Field(None, examples=["Anna"])
    gender: GenderIn | None = Field(None, examples=["Female"])
    birth_year: Annotated[int, Field(strict=True, ge=1900, le=2100)] | None = Field(None, examples=[1994])
    height_cm: HeightCm | None = Field(None, examples=[170])
    weight_kg: WeightKg | None = Field(None, examples=[64])
    leaderboard_opt_out: Annotated[bool, Field(strict=True)] | None = Field(None, examples=[False])


class HealthOut(BaseModel):
    status: Literal["ok", "degraded"] = Field(examples=["ok"])
    database: Literal["ok"] = Field(examples=["ok"])
    queue: Literal["rabbitmq", "database", "away"] = Field(
        description="Where wake-up calls go; away: workers find the jobs by themselves.", examples=["rabbitmq"]
    )
