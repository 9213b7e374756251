"""Bodies of requests and answers about a member's points."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.http.fields import Body, printable

MAX_ADJUSTMENT = 1_000_000


def _not_zero(points: int) -> int:
    if points == 0:
        raise ValueError("0 points change nothing")
    return points


ReasonText = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=500), AfterValidator(printable)
]
"""A reason in somebody's own words."""


class TransferOut(BaseModel):
    """Points that came (more than 0) or went (less than 0)."""

    transfer_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000003"])
    kind: str = Field(description="What happened, as in point_transfers.", examples=["workout_award"])
    amount: int = Field(examples=[42])
    source_id: UUID = Field(description="What it was for, such as the workout or the redemption.")
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])


class NextExpiry(BaseModel):
    """What a member loses next unless they spend it."""

    expires_on: date = Field(
        description="First day, in the club's zone, without these points.", examples=["2027-01-01"]
    )
    points: int = Field(examples=[35])


class PointsOut(BaseModel):
    """What a member has, and how it came about, newest first."""

    user_id: str = Field(examples=["u1"])
    balance: int = Field(
        description="What can be spent; less than 0 when what was spent has been taken back since.", examples=[420]
    )
    held: int = Field(description="Put aside for redemptions that are under way.", examples=[300])
    pending_review: int = Field(
        description="About what workouts that wait for review would earn; the day's limits are applied at the review.",
        examples=[40],
    )
    next_expiry: NextExpiry | None = Field(description="What expires first; null: nothing does.", examples=[None])
    items: list[TransferOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")


class AdjustmentIn(Body):
    """Points given (more than 0) or taken (less than 0) by hand."""

    points: Annotated[int, Field(strict=True, ge=-MAX_ADJUSTMENT, le=MAX_ADJUSTMENT), AfterValidator(_not_zero)] = (
        Field(description="More or less than 0.", examples=[-50])
    )
    reason: ReasonText = Field(
        description="Why; it stays in the audit log.", examples=["Counted twice at the summer race"]
    )


class AdjustmentOut(BaseModel):
    """Points that were given or taken by hand."""

    adjustment_id: UUID = Field(
        description="Its entry in the audit log.", examples=["01980000-0000-7000-8000-000000000009"]
    )
    user_id: str = Field(examples=["u1"])
    points: int = Field(examples=[-50])
    balance: int = Field(description="What the member has now.", examples=[370])
