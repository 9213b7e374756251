"""Bodies of answers that come from the marts. Field names are those of the tables."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.boards import Period


class _Fresh(BaseModel):
    refreshed_at: datetime | None = Field(
        description="When the numbers were last brought up to date; null when that has never happened.",
        examples=["2026-01-02T00:10:04Z"],
    )


class DayOut(BaseModel):
    """A day of the club, in the club's time zone. A day without workouts has no entry."""

    day: date = Field(examples=["2026-01-01"])
    workouts_cnt: int = Field(description="done_cnt + failed_cnt + pending_cnt.", examples=[420])
    done_cnt: int = Field(description="Scored.", examples=[418])
    failed_cnt: int = Field(description="Could not be scored.", examples=[1])
    pending_cnt: int = Field(description="Waited to be scored when the day was built.", examples=[1])
    avg_calories: float | None = Field(description="Mean gross kcal of a scored workout.", examples=[351.2])
    median_calories: float | None = Field(description="Median gross kcal of a scored workout.", examples=[318.6])
    avg_latency_sec: float | None = Field(description="Mean seconds from acceptance to result.", examples=[0.042])
    p95_latency_sec: float | None = Field(description="95 % stayed within so many seconds.", examples=[0.091])
    active_users: int = Field(description="Distinct members with a scored workout.", examples=[301])
    total_calories: float = Field(description="Sum of gross kcal of the scored workouts.", examples=[146801.6])
    points_awarded: int = Field(description="Points given for the workouts of the day.", examples=[11385])
    created_at: datetime = Field(description="When the day was built.", examples=["2026-01-02T00:10:03Z"])


class DayList(_Fresh):
    """Days of the club, latest first."""

    items: list[DayOut] = Field(description="Days with workouts.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")


class PlaceOut(BaseModel):
    """A member's place on a board."""

    rank: int = Field(description="From 1; equal totals share a place: 1, 2, 2, 4.", examples=[1])
    user_id: str | None = Field(description="Null to members, except for their own.", examples=["u1"])
    display_name: str | None = Field(description="Null until the member has chosen one.", examples=["Anna"])
    name: str = Field(
        description="What to show: display_name, else user_id, of which members see a part only.", examples=["Anna"]
    )
    total_calories: float = Field(
        description="Gross kcal of scored workouts that are not held for review.", examples=[1604.2]
    )
    workouts_cnt: int = Field(description="Workouts that counted.", examples=[2])


class LeaderboardOut(_Fresh):
    """The board of a day, week or month in the club's time zone, best first. Members who opted out are not on it."""

    day: date = Field(description="The day that was asked for.", examples=["2026-01-01"])
    period: Period = Field(examples=["week"])
    first_day: date = Field(description="First day of the period; a week begins on Monday.", examples=["2025-12-29"])
    last_day: date = Field(description="Last day of the period.", examples=["2026-01-04"])
    me: PlaceOut | None = Field(description="The caller's own place, on whatever page; null without one.")
    me_absent: Literal["opted_out", "no_place"] | None = Field(
        description="Why a member has no place: opted out, or no workout that counts as of `refreshed_at`.",
        examples=[None],
    )
    neighbours: list[PlaceOut] = Field(
        description="The caller's own place between up to two above and two below; empty without one."
    )
    items: list[PlaceOut] = Field(description="Places by rank; equal ranks by user_id.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")
