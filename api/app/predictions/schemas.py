"""Response bodies of predictions. Field names are those of the tables."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from fitburn.plausibility import HoldReason
from fitburn.points import Reason
from fitburn.predictions import ErrorCode, PredictionStatus, Standing


class PredictionOut(BaseModel):
    """Calories and points of a workout; null until it is scored."""

    workout_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000001"])
    prediction_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000002"])
    user_id: str = Field(examples=["u1"])
    status: PredictionStatus = Field(examples=["done"])
    calories_pred: float | None = Field(description="Gross kcal.", examples=[421.7])
    points: int | None = Field(
        description="Points earned; 0 while the award is held for review and after a rejection.", examples=[42]
    )
    points_reasons: list[Reason] = Field(description="Caps that took effect.", examples=[[]])
    hold_reasons: list[HoldReason] = Field(description="Why the award was held for review.", examples=[[]])
    standing: Standing | None = Field(
        description="Whether the workout counts; null until it is scored.", examples=["credited"]
    )
    review_reason: str | None = Field(description="The reason that the reviewing operator gave.", examples=[None])
    credited_kcal: float | None = Field(
        description="Gross kcal that count, after the ceilings and the daily minutes. Ten kcal are one point (half a "
        "point without heart rate), up to the rest of the daily points.",
        examples=[421.7],
    )
    credited_min: float | None = Field(
        description="Minutes that count; fewer than duration_min once the daily minutes are used up.", examples=[35]
    )
    model_version: str | None = Field(examples=["2026.1"])
    error_code: ErrorCode | None = Field(description="Why scoring failed permanently.", examples=[None])
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])
    processed_at: datetime | None = Field(examples=["2026-01-01T11:00:00.050Z"])


class PredictionList(BaseModel):
    items: list[PredictionOut] = Field(description="In no particular order.")
    next_cursor: str | None = Field(None, examples=[None])
