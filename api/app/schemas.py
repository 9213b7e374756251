"""Response schemas that all nouns share."""

from datetime import datetime

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    pointer: str = Field(description="JSON pointer to the field.", examples=["/duration_min"])
    code: str = Field(examples=["greater_than_equal"])
    detail: str = Field(examples=["Input should be greater than or equal to 1"])


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` is a text for people."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["invalid_fields"])
    detail: str = Field(examples=["Some fields are missing or wrong; see errors."])
    request_id: str = Field(examples=["3f0c1b6e9d5e4c0f"])
    errors: list[FieldProblem] | None = Field(None, description="One entry per invalid field.")


class Fresh(BaseModel):
    """A response from a mart, with the time of its last refresh."""

    refreshed_at: datetime | None = Field(
        description="When the mart was last refreshed; null if it never was.",
        examples=["2026-01-02T00:10:04Z"],
    )
