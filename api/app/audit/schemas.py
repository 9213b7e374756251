"""Bodies of answers about who did what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class AuditEntryOut(BaseModel):
    """One thing that somebody did to points, rewards or reviews. It can never be changed."""

    entry_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000009"])
    actor: str = Field(
        description="Who: member:… (operators are members), partner:… or system:…", examples=["system:expire_points"]
    )
    actor_user_id: str | None = Field(description="Their user_id, if it was a person.", examples=["m-01980000"])
    actor_name: str | None = Field(description="Their display name, if they have one.", examples=["Anna"])
    action: str = Field(description="What, as noun.verb.", examples=["redemption.fulfilled"])
    subject_id: UUID = Field(
        description="What it was done to: a reward, redemption or workout, a member, or the club.",
        examples=["01980000-0000-7000-8000-000000000005"],
    )
    reason: str | None = Field(description="Why, in their words.", examples=["The belt broke"])
    details: dict[str, Any] = Field(description="What was sent or changed.", examples=[{"points": 300}])
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])


class AuditLog(BaseModel):
    items: list[AuditEntryOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Give it as cursor for the next page; null on the last.")
