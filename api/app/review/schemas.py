"""Bodies of requests and answers about workouts that wait for an operator."""

from pydantic import BaseModel, Field

from app.http.fields import Body
from app.points.schemas import ReasonText
from app.workouts.schemas import WorkoutOut


class ReviewOut(WorkoutOut):
    """A workout with what an operator needs to judge it."""

    held_points: int | None = Field(
        description="What it would have earned when it was held; null for what was not held.", examples=[40]
    )
    gender: str = Field(description="Of the member, at that time.", examples=["Female"])
    age: int = Field(description="Of the member in years, at that time.", examples=[34])
    weight_kg: float = Field(description="Of the member, at that time.", examples=[64])


class ReviewList(BaseModel):
    items: list[ReviewOut] = Field(description="What waits for longest comes first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")


class ApproveIn(Body):
    """Let the workout count."""

    reason: ReasonText | None = Field(
        None, description="Why, if there is something to add.", examples=["The watch was in another zone"]
    )


class RejectIn(Body):
    """Have the workout not count."""

    reason: ReasonText = Field(description="Why; the member can read it.", examples=["Somebody else wore the watch"])
