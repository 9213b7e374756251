"""Request and response bodies of members: profiles and search results."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.http.fields import Body, DisplayName, GenderIn, HeightCm, WeightKg
from app.members.birth_years import BirthYear
from fitburn.physiology import Gender

Language = Literal["ru", "en"]
Units = Literal["metric", "imperial"]


class ProfileOut(BaseModel):
    """A member's profile."""

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
    language: Language | None = Field(
        description="Language of the web pages; null: as the browser prefers.", examples=["ru"]
    )
    units: Units = Field(description="Units of the web pages; the API is always metric.", examples=["metric"])


class ProfilePatch(Body):
    """Fields to change. Those left out stay unchanged; null clears a field that may be unknown."""

    display_name: DisplayName | None = Field(None, examples=["Anna"])
    gender: GenderIn | None = Field(None, examples=["Female"])
    birth_year: BirthYear | None = Field(
        None, description="Of an age from 10 to 100 this year; `GET /rules` has the years.", examples=[1994]
    )
    height_cm: HeightCm | None = Field(None, examples=[170])
    weight_kg: WeightKg | None = Field(None, examples=[64])
    language: Language | None = Field(None, examples=["ru"])
    # Optional but never null. The default factories make them optional; their values are never used.
    leaderboard_opt_out: Annotated[bool, Field(strict=True)] = Field(default_factory=bool, examples=[False])
    units: Units = Field(default_factory=lambda: "metric", examples=["metric"])


class FoundMemberOut(BaseModel):
    user_id: str = Field(examples=["u1"])
    display_name: str | None = Field(examples=["Anna"])
    email: str | None = Field(examples=["anna@example.com"])
    role: str = Field(examples=["member"])
    created_at: datetime = Field(description="When the member was created.", examples=["2026-01-01T10:00:00Z"])


class FoundMembersOut(BaseModel):
    items: list[FoundMemberOut] = Field(description="The latest to join first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
