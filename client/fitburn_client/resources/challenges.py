"""Challenges: a goal between two days of the club, with a bonus that is paid once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, Unpack

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, json_fields, segment

__all__ = ["Challenge", "ChallengeChanges", "ChallengeProgress"]


@dataclass(frozen=True, slots=True)
class ChallengeProgress:
    """A member's progress in the metric's unit; `reached_at` is when the bonus was booked, None: not yet."""

    value: float
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge as the caller may see it. Counts are for partners and operators; `progress` is one member's.

    `metric` is minutes, calories, workouts or distinct_days; `status` is upcoming, active, past or cancelled.
    """

    challenge_id: str
    title_ru: str
    title_en: str
    metric: str
    starts_on: date
    ends_on: date
    goal: int
    bonus_points: int
    status: str
    created_at: datetime
    workout_type: str | None = None
    progress: ChallengeProgress | None = None
    participants_cnt: int | None = None
    counted_at: datetime | None = None
    completions_cnt: int | None = None


class ChallengeChanges(TypedDict, total=False):
    title_ru: str
    title_en: str
    metric: str
    starts_on: date
    ends_on: date
    goal: int
    bonus_points: int
    workout_type: str | None


class ChallengesResource(Resource):
    """Calls under `client.challenges`. `progress` is that of `user_id`, or of the token's own member."""

    def list(self, status: str | None = None, user_id: str | None = None) -> Paginated[Challenge]:
        """The club's challenges; those that end last come first."""
        return self._list(Challenge, "/challenges", {"status": status, "user_id": user_id})

    def get(self, challenge_id: str, user_id: str | None = None) -> Challenge:
        """One challenge."""
        return self._get(Challenge, f"/challenges/{segment(challenge_id)}", {"user_id": user_id})

    def create(
        self,
        *,
        title_ru: str,
        title_en: str,
        metric: str,
        starts_on: date,
        ends_on: date,
        goal: int,
        bonus_points: int,
        workout_type: str | None = None,
        idempotency_key: str | None = None,
    ) -> Challenge:
        """Create a challenge. For operators. Pass a key to make it safe to repeat later, from another process."""
        body = {
            "title_ru": title_ru,
            "title_en": title_en,
            "metric": metric,
            "workout_type": workout_type,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "goal": goal,
            "bonus_points": bonus_points,
        }
        return self._post(Challenge, "/challenges", json_fields(body), idempotency_key=idempotency_key)

    def update(self, challenge_id: str, **changes: Unpack[ChallengeChanges]) -> Challenge:
        """Change fields; once a bonus was paid only the titles (else ConflictError). For operators."""
        return self._patch(Challenge, f"/challenges/{segment(challenge_id)}", changes)

    def cancel(self, challenge_id: str) -> None:
        """Cancel a challenge that has paid no bonus yet; ConflictError if it has. For operators."""
        self._transport.call("DELETE", f"/challenges/{segment(challenge_id)}")
