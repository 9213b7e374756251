"""Bodies of requests and answers about levels and streaks."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.http.fields import Body


class LevelOut(BaseModel):
    """A rung of the ladder."""

    number: int = Field(description="From 1.", examples=[3])
    points: int = Field(description="Lifetime points that it takes.", examples=[300])
    title_en: str = Field(examples=["Regular"])
    title_ru: str = Field(examples=["Завсегдатай"])


class LevelList(BaseModel):
    items: list[LevelOut] = Field(description="The whole ladder, from the bottom.")


class ProgressOut(BaseModel):
    """What keeps a member coming: the level, and the weeks running in which they came often enough."""

    user_id: str = Field(examples=["u1"])
    lifetime_points: int = Field(
        description="All that the club issued to the member, less what was taken back; spending changes nothing.",
        examples=[420],
    )
    level: LevelOut = Field(description="The highest that the points reach.")
    next_level: LevelOut | None = Field(description="Null on the last level.")
    points_to_next_level: int | None = Field(description="Null on the last level.", examples=[280])
    streak_weeks: int = Field(description="Weeks running that had enough workouts.", examples=[5])
    longest_streak_weeks: int = Field(description="The longest streak so far.", examples=[9])
    week_starts_on: date = Field(description="Monday of the present week, in the club's zone.", examples=["2026-03-02"])
    week_workouts: int = Field(description="Workouts that count in this week so far.", examples=[1])
    week_target: int = Field(description="Workouts that this week takes.", examples=[2])
    freezes_left: int = Field(description="Weeks of this month that may still fall short.", examples=[1])
    breaks_on: date | None = Field(
        description="First day on which the streak is shorter if nothing more is done; null without a streak.",
        examples=["2026-03-16"],
    )
    days_until_break: int | None = Field(description="From today to breaks_on.", examples=[12])


class WeeklyTargetIn(Body):
    """What a week takes from the next one on."""

    workouts: Annotated[int, Field(strict=True, ge=1, le=14)] = Field(examples=[3])


class WeeklyTargetOut(BaseModel):
    """What a week takes to count for a streak."""

    workouts: int = Field(description="In the present week.", examples=[2])
    next_workouts: int = Field(description="From the next week on.", examples=[3])
    next_week_starts_on: date = Field(description="Monday, in the club's time zone.", examples=["2026-03-09"])
