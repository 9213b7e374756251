"""Request and response bodies of redemptions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.http.fields import Body
from fitburn.redemptions import CODE_LENGTH

_LOOK_ALIKES = str.maketrans("OIL", "011", "- ")


class RedemptionStatus(StrEnum):
    HELD = "held"
    """Points are put aside; the front desk can hand the reward over."""
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def _as_code(typed: str) -> str:
    """The normalized code: ignores case, spaces and hyphens, and maps look-alike letters."""
    code = typed.upper().translate(_LOOK_ALIKES)
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isalnum()):
        raise PydanticCustomError("not_a_code", "Should be the {n} letters and digits of a code", {"n": CODE_LENGTH})
    return code


Code = Annotated[str, StringConstraints(strict=True, max_length=20), AfterValidator(_as_code)]


class RedeemIn(Body):
    """The reward to redeem."""

    reward_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000004"])


class FulfilIn(Body):
    """The code that a member shows at the front desk."""

    code: Code = Field(
        description="Ignores case, spaces and hyphens; O is read as 0, I and L as 1.", examples=["7QK-4ZD"]
    )


class RedemptionOut(BaseModel):
    """A redeemed reward and its status."""

    redemption_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000005"])
    reward_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000004"])
    user_id: str = Field(examples=["u1"])
    display_name: str | None = Field(description="Null until the member has chosen one.", examples=["Anna"])
    title_ru: str = Field(description="The reward's title in Russian.", examples=["Футболка клуба"])
    title_en: str = Field(description="The reward's title in English.", examples=["Club shirt"])
    cost: int = Field(description="Points that the redemption cost.", examples=[300])
    status: RedemptionStatus = Field(
        description="First held, finally fulfilled, cancelled or expired; the last two return points and stock.",
        examples=["held"],
    )
    code: str = Field(description="Code to show at the front desk.", examples=["7QK4ZD"])
    created_at: datetime = Field(examples=["2026-01-01T12:00:00Z"])
    expires_at: datetime = Field(
        description="Until when the reward can be collected.", examples=["2026-01-04T12:00:00Z"]
    )
    closed_at: datetime | None = Field(
        description="When it was fulfilled, cancelled or expired; null while held.", examples=[None]
    )


class RedemptionList(BaseModel):
    items: list[RedemptionOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
