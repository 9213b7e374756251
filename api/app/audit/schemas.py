"""Response bodies of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from fitburn.audit import Action


class AuditEntryOut(BaseModel):
    """An action on points, rewards, challenges or reviews. Entries are immutable."""

    entry_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000009"])
    actor: str = Field(
        description="Who acted: member:… (operators are members), partner:… or system:…",
        examples=["system:expire_points"],
    )
    actor_user_id: str | None = Field(description="The actor's user_id, if it is a member.", examples=["m-01980000"])
    actor_name: str | None = Field(description="The actor's display name, if they have one.", examples=["Anna"])
    action: Action | str = Field(
        description="The action, as noun.verb. Later versions may add some.", examples=["redemption.fulfilled"]
    )
    subject_id: UUID = Field(
        description="Subject of the action: a reward, redemption, challenge, workout, member or the club.",
        examples=["01980000-0000-7000-8000-000000000005"],
    )
    reason: str | None = Field(description="Why, in the actor's words.", examples=["The belt broke"])
    details: dict[str, Any] = Field(description="What was sent or changed.", examples=[{"points": 300}])
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])


class AuditLog(BaseModel):
    items: list[AuditEntryOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
