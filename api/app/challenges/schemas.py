"""Request and response bodies of challenges. Field names are those of the tables."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.http.fields import Body, Day, Title
from app.http.integers import IntegerWithin
from fitburn.challenges import MAX_BONUS_POINTS, MAX_GOAL, ChallengeStatus, Metric
from fitburn.workouts import WorkoutType

ChallengeDay = Annotated[Day, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Goal = Annotated[int, IntegerWithin(1, MAX_GOAL)]
Bonus = Annotated[int, IntegerWithin(1, MAX_BONUS_POINTS)]

CHALLENGE_EXAMPLE: dict[str, JsonValue] = {
    "title_ru": "Сто минут на воде",
    "title_en": "A hundred minutes of rowing",
    "metric": "minutes",
    "workout_type": "rowing",
    "starts_on": "2026-03-01",
    "ends_on": "2026-03-31",
    "goal": 100,
    "bonus_points": 50,
}


class ChallengeIn(Body):
    """A new challenge. All members of the club take part automatically."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CHALLENGE_EXAMPLE]})

    title_ru: Title = Field(description="Title in Russian.", examples=["Сто минут на воде"])
    title_en: Title = Field(description="Title in English.", examples=["A hundred minutes of rowing"])
    metric: Metric = Field(description="What is summed over the counted workouts.", examples=["minutes"])
    workout_type: WorkoutType | None = Field(None, description="Only this type counts; null: any.", examples=["rowing"])
    starts_on: ChallengeDay = Field(description="First day, in the club's time zone.", examples=["2026-03-01"])
    ends_on: ChallengeDay = Field(description="Last day, included.", examples=["2026-03-31"])
    goal: Goal = Field(description="Sum that earns the bonus, in the metric's unit.", examples=[100])
    bonus_points: Bonus = Field(description="Paid once to each member who reaches the goal.", examples=[50])


class ChallengePatch(Body):
    """Fields to change; those left out stay unchanged. Once a bonus is paid, only the titles can change."""

    title_ru: Title | None = Field(None, examples=["Сто минут на воде"])
    title_en: Title | None = Field(None, examples=["A hundred minutes of rowing"])
    metric: Metric | None = Field(None, examples=["minutes"])
    workout_type: WorkoutType | None = Field(
        None, description="Only this type counts; an explicit null: any.", examples=["rowing"]
    )
    starts_on: ChallengeDay | None = Field(None, examples=["2026-03-01"])
    ends_on: ChallengeDay | None = Field(None, examples=["2026-03-31"])
    goal: Goal | None = Field(None, examples=[100])
    bonus_points: Bonus | None = Field(None, examples=[50])

    def changes(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The sent fields that differ from the stored ones. Only workout_type can be set to null, which means any."""
        sent = self.model_dump(exclude_unset=True)
        return {
            name: value
            for name, value in sent.items()
            if (value is not None or name == "workout_type") and value != stored[name]
        }


class OwnProgress(BaseModel):
    """The member's progress."""

    value: float = Field(description="Sum so far, in the metric's unit.", examples=[65.0])
    reached_at: datetime | None = Field(description="When the bonus was booked; null if it was not.", examples=[None])


class ChallengeOut(BaseModel):
    """A challenge as the caller may see it."""

    challenge_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000004"])
    title_ru: str = Field(examples=["Сто минут на воде"])
    title_en: str = Field(examples=["A hundred minutes of rowing"])
    metric: Metric = Field(examples=["minutes"])
    workout_type: WorkoutType | None = Field(description="Null: any type counts.", examples=["rowing"])
    starts_on: date = Field(examples=["2026-03-01"])
    ends_on: date = Field(examples=["2026-03-31"])
    goal: int = Field(examples=[100])
    bonus_points: int = Field(examples=[50])
    status: ChallengeStatus = Field(description="On today's date in the club's time zone.", examples=["active"])
    progress: OwnProgress | None = Field(description="Progress of the calling or requested member; else null.")
    participants_cnt: int | None = Field(
        description="Members with a counted workout, as of counted_at; null for members.", examples=[310]
    )
    counted_at: datetime | None = Field(
        description="When participants were last counted; null if not yet.", examples=["2026-03-10T12:05:00Z"]
    )
    completions_cnt: int | None = Field(description="Members who were paid the bonus; null for members.", examples=[42])
    created_at: datetime = Field(examples=["2026-02-20T09:00:00Z"])


class ChallengeList(BaseModel):
    items: list[ChallengeOut] = Field(description="The latest to end first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
