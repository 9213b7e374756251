"""Response bodies of a member's diary."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from fitburn.workouts import WorkoutType


class OwnDayOut(BaseModel):
    """A day with at least one workout, in the club's time zone."""

    day: date = Field(examples=["2026-01-01"])
    workouts_cnt: int = Field(
        description="All workouts of the day, including pending, failed and held ones.", examples=[2]
    )
    minutes: float = Field(description="Minutes of all these workouts.", examples=[75])
    calories: float = Field(description="Gross kcal of the scored workouts.", examples=[812.4])
    points: int = Field(description="Points that the workouts earned.", examples=[81])


class OwnDayList(BaseModel):
    first_day: date = Field(examples=["2025-01-02"])
    last_day: date = Field(examples=["2026-01-01"])
    items: list[OwnDayOut] = Field(description="Earliest first; a day without a workout has no entry.")
    next_cursor: str | None = Field(None, description="Always null: all days are on one page.", examples=[None])


class BestOut(BaseModel):
    """A personal best, and the workout that set it first."""

    value: float = Field(description="In the unit of the field's name.", examples=[12.4])
    workout_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000001"])
    local_day: date = Field(description="Day of the workout in the club's time zone.", examples=["2026-01-01"])


class TypeBestsOut(BaseModel):
    """Bests in single workouts of one type; null for a measure without values."""

    workout_type: WorkoutType = Field(examples=["running"])
    duration_min: BestOut | None = Field(None, description="The longest, in minutes.")
    distance_km: BestOut | None = Field(None, description="The farthest, in kilometres.")
    speed_kmh: BestOut | None = Field(None, description="The fastest, in km/h, as sent or from distance and time.")
    calories_pred: BestOut | None = Field(None, description="The most gross kcal.")


class BestTimeOut(BaseModel):
    """The day or week with the most calories; the earliest of equals."""

    first_day: date = Field(description="The day, or the Monday of the week.", examples=["2025-12-29"])
    workouts_cnt: int = Field(examples=[4])
    minutes: float = Field(examples=[180])
    calories: float = Field(description="Gross kcal.", examples=[1904.2])
    points: int = Field(examples=[190])


class BestsOut(BaseModel):
    """Personal bests. Only credited workouts count: scored, and neither held nor rejected."""

    items: list[TypeBestsOut] = Field(description="One item per type that the member has done, by name.")
    best_day: BestTimeOut | None = Field(description="Null without a counted workout.")
    best_week: BestTimeOut | None = Field(description="Null without a counted workout.")
    next_cursor: str | None = Field(None, description="Always null: all types are on one page.", examples=[None])
