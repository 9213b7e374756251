"""Response bodies from the marts. Field names are those of the tables."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from app.schemas import Fresh


class DayOut(BaseModel):
    """A day of the club, in the club's time zone. A day without workouts has no entry."""

    day: date = Field(examples=["2026-01-01"])
    workouts_cnt: int = Field(description="done_cnt + failed_cnt + pending_cnt.", examples=[420])
    done_cnt: int = Field(description="Scored workouts.", examples=[418])
    failed_cnt: int = Field(description="Workouts that could not be scored.", examples=[1])
    pending_cnt: int = Field(description="Workouts not yet scored when the day was built.", examples=[1])
    avg_calories: float | None = Field(description="Mean gross kcal of a scored workout.", examples=[351.2])
    median_calories: float | None = Field(description="Median gross kcal of a scored workout.", examples=[318.6])
    avg_latency_sec: float | None = Field(description="Mean seconds from acceptance to result.", examples=[0.042])
    p95_latency_sec: float | None = Field(
        description="95th percentile of seconds from acceptance to result.", examples=[0.091]
    )
    active_users: int = Field(description="Distinct members with a scored workout.", examples=[301])
    total_calories: float = Field(description="Sum of gross kcal of the scored workouts.", examples=[146801.6])
    points_awarded: int = Field(description="Points awarded for the workouts of the day.", examples=[11385])
    created_at: datetime = Field(description="When the day was built.", examples=["2026-01-02T00:10:03Z"])


class DayList(Fresh):
    """Days of the club, latest first."""

    items: list[DayOut] = Field(description="Days with workouts.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
