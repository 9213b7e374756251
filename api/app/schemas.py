"""Parts of answers that all nouns share."""

from datetime import datetime

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    pointer: str = Field(description="JSON pointer to the field.", examples=["/duration_min"])
    code: str = Field(examples=["greater_than_equal"])
    detail: str = Field(examples=["Input should be greater than or equal to 1"])


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` is for people."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["invalid_fields"])
    detail: str = Field(examples=["Some fields are missing or wrong; see errors."])
    request_id: str = Field(examples=["3f0c1b6e9d5e4c0f"])
    errors: list[FieldProblem] | None = Field(None, description="One entry per wrong field.")


class Fresh(BaseModel):
    """An answer from a mart, with the age of its numbers."""

    refreshed_at: datetime | None = Field(
        description="When the numbers were last brought up to date; null when that has never happened.",
        examples=["2026-01-02T00:10:04Z"],
    )
