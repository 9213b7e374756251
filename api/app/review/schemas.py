"""Request and response bodies of reviews."""

from pydantic import BaseModel, Field

from app.http.fields import Body
from app.points.schemas import ReasonText
from app.workouts.schemas import WorkoutOut


class ReviewOut(WorkoutOut):
    """A workout with the data that an operator needs to judge it."""

    held_points: int | None = Field(
        description="Points that it would have earned when it was held; null if it was not held.", examples=[40]
    )
    gender: str = Field(description="The member's, at that time.", examples=["Female"])
    age: int = Field(description="The member's age in years, at that time.", examples=[34])
    weight_kg: float = Field(description="The member's, at that time.", examples=[64])


class ReviewList(BaseModel):
    items: list[ReviewOut] = Field(description="The oldest first.")
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")


class ApproveIn(Body):
    """Approval of a held workout."""

    reason: ReasonText | None = Field(
        None, description="Why, if there is something to add.", examples=["The watch was in another zone"]
    )


class RejectIn(Body):
    """Rejection of a workout."""

    reason: ReasonText = Field(description="Why; the member can read it.", examples=["Somebody else wore the watch"])
