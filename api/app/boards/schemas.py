"""Response bodies of leaderboards. Field names are those of the tables."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from app.boards.queries import Period
from app.schemas import Fresh


class PlaceOut(BaseModel):
    """A member's place on a board."""

    rank: int = Field(description="From 1; equal totals share a place: 1, 2, 2, 4.", examples=[1])
    user_id: str | None = Field(description="Members see only their own; else null.", examples=["u1"])
    display_name: str | None = Field(description="Null until the member has chosen one.", examples=["Anna"])
    name: str = Field(
        description="Name to show: display_name, else user_id, which is masked for other members.", examples=["Anna"]
    )
    total_calories: float = Field(
        description="Gross kcal of scored workouts that are not held for review.", examples=[1604.2]
    )
    workouts_cnt: int = Field(description="Workouts that counted.", examples=[2])


class LeaderboardOut(Fresh):
    """The board of a day, week or month in the club's time zone, best first. Members who opted out are not on it."""

    day: date = Field(description="The requested day.", examples=["2026-01-01"])
    period: Period = Field(examples=["week"])
    first_day: date = Field(description="First day of the period; weeks start on Monday.", examples=["2025-12-29"])
    last_day: date = Field(description="Last day of the period.", examples=["2026-01-04"])
    me: PlaceOut | None = Field(description="The caller's own place, on every page; null if they have none.")
    me_absent: Literal["opted_out", "no_place"] | None = Field(
        description="Why a member has no place: opted out, or no counted workout as of `refreshed_at`.",
        examples=[None],
    )
    neighbours: list[PlaceOut] = Field(
        description="The caller's own place with up to two above and two below; empty if they have none."
    )
    items: list[PlaceOut] = Field(description="Places by rank, then user_id.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
