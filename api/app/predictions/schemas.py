"""Bodies of answers about predictions. Field names are those of the tables."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from fitburn.plausibility import HoldReason
from fitburn.points import Reason
from fitburn.predictions import ErrorCode, Standing, Status


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


class PredictionList(BaseModel):
    items: list[PredictionOut] = Field(description="In no particular order.")
    next_cursor: str | None = Field(None, examples=[None])
