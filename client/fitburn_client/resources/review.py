"""Review: operators decide on workouts that were held."""

from dataclasses import dataclass

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, segment
from fitburn_client.resources.workouts import RecentWorkout

__all__ = ["ReviewedWorkout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedWorkout(RecentWorkout):
    """A workout with what an operator needs to judge it; `held_points` is what it would have earned."""

    held_points: int | None = None
    gender: str | None = None
    age: int | None = None
    weight_kg: float | None = None


class ReviewResource(Resource):
    """Calls under `client.review`, for operators."""

    def list(self) -> Paginated[ReviewedWorkout]:
        """Workouts that are held for review; those that wait longest come first."""
        return self._list(ReviewedWorkout, "/review")

    def approve(
        self, workout_id: str, reason: str | None = None, idempotency_key: str | None = None
    ) -> ReviewedWorkout:
        """Credit a held workout; ConflictError unless it is held."""
        path = f"/review/{segment(workout_id)}/approve"
        return self._post(ReviewedWorkout, path, {"reason": reason}, idempotency_key=idempotency_key)

    def reject(self, workout_id: str, reason: str, idempotency_key: str | None = None) -> ReviewedWorkout:
        """Reject a workout, held or credited; points that it was paid are reversed."""
        path = f"/workouts/{segment(workout_id)}/reject"
        return self._post(ReviewedWorkout, path, {"reason": reason}, idempotency_key=idempotency_key)
