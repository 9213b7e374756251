"""Request and response bodies of members' points."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.http.fields import Body, printable
from app.http.integers import IntegerWithin

MAX_ADJUSTMENT = 1_000_000


def _not_zero(points: int) -> int:
    if points == 0:
        raise ValueError("0 points change nothing")
    return points


ReasonText = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=500), AfterValidator(printable)
]
"""A reason as free text."""


class TransferOut(BaseModel):
    """Points received (more than 0) or spent, put aside, expired or taken back (less than 0)."""

    transfer_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000003"])
    kind: str = Field(description="Kind of transfer, as in the table point_transfers.", examples=["workout_award"])
    amount: int = Field(examples=[42])
    source_id: UUID = Field(description="Id of its subject, such as the workout or redemption.")
    created_at: datetime = Field(examples=["2026-01-01T11:00:00Z"])


class NextExpiry(BaseModel):
    """The points that expire next unless the member spends them."""

    expires_on: date = Field(
        description="First day without these points, in the club's time zone.", examples=["2027-01-01"]
    )
    points: int = Field(examples=[35])


class PointsOut(BaseModel):
    """A member's balance and its transfers."""

    user_id: str = Field(examples=["u1"])
    balance: int = Field(
        description="Points that can be spent; negative if points were taken back after they were spent.",
        examples=[420],
    )
    held: int = Field(description="Points put aside for open redemptions.", examples=[300])
    pending_review: int = Field(
        description="Estimate of what held workouts would earn; the daily limits are applied at the review.",
        examples=[40],
    )
    next_expiry: NextExpiry | None = Field(description="Points that expire next; null: none do.", examples=[None])
    items: list[TransferOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")


class AdjustmentIn(Body):
    """A manual adjustment."""

    points: Annotated[int, IntegerWithin(-MAX_ADJUSTMENT, MAX_ADJUSTMENT), AfterValidator(_not_zero)] = Field(
        description="Points to add (more than 0) or subtract (less than 0).", examples=[-50]
    )
    reason: ReasonText = Field(
        description="Why; recorded in the audit log.", examples=["Counted twice at the summer race"]
    )


class AdjustmentOut(BaseModel):
    """A booked adjustment."""

    adjustment_id: UUID = Field(
        description="Id of its entry in the audit log.", examples=["01980000-0000-7000-8000-000000000009"]
    )
    user_id: str = Field(examples=["u1"])
    points: int = Field(examples=[-50])
    balance: int = Field(description="The member's balance after the adjustment.", examples=[370])
