"""Request and response bodies of rewards."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    HttpUrl,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from app.http.fields import Body, Title, printable
from app.http.integers import IntegerWithin
from app.http.moments import Moment

MAX_COUNT = 1_000_000_000


class WhyNot(StrEnum):
    """Why a member cannot redeem a reward now. Also the codes of the errors."""

    NOT_AVAILABLE = "not_available"
    OUT_OF_STOCK = "out_of_stock"
    LIMIT_REACHED = "limit_reached"
    INSUFFICIENT_POINTS = "insufficient_points"


def _printable_lines(value: str) -> str:
    printable(value.replace("\n", " "))
    return value


Description = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=2_000),
    AfterValidator(_printable_lines),
]
PictureUrl = Annotated[HttpUrl, PlainSerializer(str), Field(max_length=2_000)]
Count = Annotated[int, IntegerWithin(1, MAX_COUNT)]
Stock = Annotated[int, IntegerWithin(0, MAX_COUNT)]


class _OptionalFields(Body):
    """Optional fields of a reward; null: none, or no limit."""

    description_ru: Description | None = Field(None, examples=["Хлопок, размеры S-XL"])
    description_en: Description | None = Field(None, examples=["Cotton, sizes S-XL"])
    picture_url: PictureUrl | None = Field(None, examples=["https://example.com/shirt.jpg"])
    stock: Stock | None = Field(None, description="How many are in stock; null: unlimited.", examples=[20])
    per_member_limit: Count | None = Field(
        None, description="How many one member can redeem; null: unlimited.", examples=[1]
    )
    valid_from: Moment | None = Field(
        None, description="Start of validity; null: immediately.", examples=["2026-01-01T00:00:00Z"]
    )
    valid_to: Moment | None = Field(
        None, description="End of validity; null: never.", examples=["2026-12-31T21:00:00Z"]
    )

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("valid_to is not after valid_from")
        return self


class RewardIn(_OptionalFields):
    """A new reward."""

    title_ru: Title = Field(examples=["Футболка клуба"])
    title_en: Title = Field(examples=["Club shirt"])
    cost: Count = Field(description="Points per redemption.", examples=[300])
    active: Annotated[bool, Field(strict=True)] = Field(
        True, description="False: hidden from members.", examples=[True]
    )


class RewardPatch(_OptionalFields):
    """Fields to change; those left out stay unchanged. null removes a limit or an optional text."""

    title_ru: Title | None = Field(None, description="null: unchanged.", examples=["Футболка клуба"])
    title_en: Title | None = Field(None, description="null: unchanged.", examples=["Club shirt"])
    cost: Count | None = Field(None, description="Points per redemption from now on; null: unchanged.", examples=[350])
    active: Annotated[bool, Field(strict=True)] | None = Field(None, description="null: unchanged.", examples=[False])

    def changes(self) -> dict[str, Any]:
        """The values to set, by column."""
        return {
            name: value for name, value in self.model_dump(exclude_unset=True).items() if self._is_change(name, value)
        }

    @staticmethod
    def _is_change(name: str, value: object) -> bool:
        return value is not None or name in _OptionalFields.model_fields


class RewardOut(BaseModel):
    """A reward."""

    reward_id: UUID = Field(examples=["01980000-0000-7000-8000-000000000004"])
    title_ru: str = Field(examples=["Футболка клуба"])
    title_en: str = Field(examples=["Club shirt"])
    description_ru: str | None = Field(examples=["Хлопок, размеры S-XL"])
    description_en: str | None = Field(examples=["Cotton, sizes S-XL"])
    picture_url: str | None = Field(examples=["https://example.com/shirt.jpg"])
    cost: int = Field(description="Points per redemption.", examples=[300])
    stock: int | None = Field(description="How many are in stock; null: unlimited.", examples=[19])
    per_member_limit: int | None = Field(description="How many one member can redeem; null: unlimited.", examples=[1])
    valid_from: datetime | None = Field(examples=["2026-01-01T00:00:00Z"])
    valid_to: datetime | None = Field(examples=["2026-12-31T21:00:00Z"])
    active: bool = Field(description="False: hidden from members.", examples=[True])
    created_at: datetime = Field(examples=["2025-12-20T09:00:00Z"])
    can_redeem: bool | None = Field(
        description="Whether the calling member can redeem it now; null for a partner.", examples=[True]
    )
    why_not: WhyNot | None = Field(
        description="Why the calling member cannot redeem it now; else null.", examples=[None]
    )


class RewardList(BaseModel):
    items: list[RewardOut] = Field(description="Latest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")
