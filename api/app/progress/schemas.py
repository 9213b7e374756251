"""Request and response bodies of levels and streaks."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.http.fields import Body
from app.http.integers import IntegerWithin


class LevelOut(BaseModel):
    """A level."""

    number: int = Field(description="From 1.", examples=[3])
    points: int = Field(description="Lifetime points that the level requires.", examples=[300])
    title_en: str = Field(examples=["Regular"])
    title_ru: str = Field(examples=["Завсегдатай"])


class LevelList(BaseModel):
    items: list[LevelOut] = Field(description="All levels, the lowest first.")


class ProgressOut(BaseModel):
    """A member's level, and their streak of weeks that reached the weekly target."""

    user_id: str = Field(examples=["u1"])
    lifetime_points: int = Field(
        description="Points that the club issued to the member, less those taken back; spending does not reduce it.",
        examples=[420],
    )
    level: LevelOut = Field(description="The highest level that lifetime_points reaches.")
    next_level: LevelOut | None = Field(description="Null on the last level.")
    points_to_next_level: int | None = Field(description="Null on the last level.", examples=[280])
    streak_weeks: int = Field(description="Consecutive weeks with enough workouts.", examples=[5])
    longest_streak_weeks: int = Field(description="The longest streak so far.", examples=[9])
    week_starts_on: date = Field(
        description="Monday of the present week, in the club's time zone.", examples=["2026-03-02"]
    )
    week_workouts: int = Field(description="Counted workouts of this week so far.", examples=[1])
    week_target: int = Field(description="Workouts that this week requires.", examples=[2])
    freezes_left: int = Field(
        description="Weeks of this month that may still miss the target without breaking the streak.", examples=[1]
    )
    breaks_on: date | None = Field(
        description="Day on which the streak breaks unless the member trains; null without a streak.",
        examples=["2026-03-16"],
    )
    days_until_break: int | None = Field(description="Days from today to breaks_on.", examples=[12])


class WeeklyTargetIn(Body):
    """The weekly target from the next week on."""

    workouts: Annotated[int, IntegerWithin(1, 14)] = Field(examples=[3])


class WeeklyTargetOut(BaseModel):
    """Workouts that a week requires to count for a streak."""

    workouts: int = Field(description="In the present week.", examples=[2])
    next_workouts: int = Field(description="From the next week on.", examples=[3])
    next_week_starts_on: date = Field(description="Monday, in the club's time zone.", examples=["2026-03-09"])
