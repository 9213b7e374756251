"""The calls about points and what they are spent on; `FitBurn` has them all."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fitburn_client.decoding import decode
from fitburn_client.paging import Calls, Page, Query, member_path
from fitburn_client.resources.rewards import Adjustment, AuditEntry, Points, Redemption, ReviewedWorkout, Reward
from fitburn_client.transport import json_of


class SpendingCalls(Calls):
    """Whatever changes something carries an idempotency key, so that trying again never does it twice.

    Give a key of your own to make a call safe to repeat later, from another process.
    """

    def points(self, user_id: str | None = None) -> Points:
        """What a member has; the token's own member without `user_id`."""
        return decode(
            Points, json_of(self._transport.call("GET", member_path(user_id, "points"), query={"limit": 1}), "balance")
        )

    def rewards(self, *, hidden_too: bool = False, page_size: int = 100) -> Iterator[Reward]:
        """What the club offers, latest first; `hidden_too` is for operators."""
        return self._pages(Reward, "/rewards", {"all": "true" if hidden_too else None}, page_size)

    def add_reward(self, *, idempotency_key: str | None = None, **fields: Any) -> Reward:
        """Set up a reward (operators); fields are named as in Reward."""
        return decode(Reward, self._post("/rewards", fields, idempotency_key))

    def change_reward(self, reward_id: str, **changes: Any) -> Reward:
        """Change fields of a reward (operators); None takes a limit or a text away."""
        answer = self._transport.call("PATCH", f"/rewards/{_part(reward_id)}", body=changes)
        return decode(Reward, json_of(answer))

    def redeem(self, reward_id: str, idempotency_key: str | None = None) -> Redemption:
        """Put the own points aside for a reward. Conflict, with its `code`, says why not."""
        return decode(Redemption, self._post("/redemptions", {"reward_id": reward_id}, idempotency_key))

    def my_redemptions(self, status: str | None = None, page_size: int = 100) -> Iterator[Redemption]:
        """What the token's member has redeemed, latest first."""
        return self._pages(Redemption, "/me/redemptions", {"status": status}, page_size)

    def my_redemptions_page(
        self, status: str | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Redemption]:
        """One page of `my_redemptions`."""
        return self._page(Redemption, "/me/redemptions", {"status": status, "limit": limit, "cursor": cursor})

    def redemptions(
        self, status: str | None = None, code: str | None = None, user_id: str | None = None, page_size: int = 100
    ) -> Iterator[Redemption]:
        """What members of the club have redeemed, latest first (operators); by `code` only what is held."""
        return self._pages(Redemption, "/redemptions", {"status": status, "code": code, "user_id": user_id}, page_size)

    def redemptions_page(
        self, status: str | None = None, user_id: str | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Redemption]:
        """One page of `redemptions`."""
        query: Query = {"status": status, "user_id": user_id, "limit": limit, "cursor": cursor}
        return self._page(Redemption, "/redemptions", query)

    def redemption(self, redemption_id: str) -> Redemption:
        return decode(Redemption, json_of(self._transport.call("GET", f"/redemptions/{_part(redemption_id)}")))

    def fulfil(self, redemption_id: str, idempotency_key: str | None = None) -> Redemption:
        """The reward was handed over (operators). Conflict unless it is held and in time."""
        return decode(Redemption, self._post(f"/redemptions/{_part(redemption_id)}/fulfil", None, idempotency_key))

    def fulfil_code(self, code: str, idempotency_key: str | None = None) -> Redemption:
        """The reward was handed over to whoever showed this code (operators). NotFound for a used or wrong one."""
        return decode(Redemption, self._post("/redemptions/fulfil", {"code": code}, idempotency_key))

    def cancel(self, redemption_id: str, idempotency_key: str | None = None) -> Redemption:
        """Take a held redemption back: points and stock return. Conflict unless it is held."""
        return decode(Redemption, self._post(f"/redemptions/{_part(redemption_id)}/cancel", None, idempotency_key))

    def held_workouts(self, page_size: int = 100) -> Iterator[ReviewedWorkout]:
        """Workouts that wait for review, longest first (operators)."""
        return self._pages(ReviewedWorkout, "/review", {}, page_size)

    def held_workouts_page(self, *, limit: int = 50, cursor: str | None = None) -> Page[ReviewedWorkout]:
        """One page of `held_workouts`."""
        return self._page(ReviewedWorkout, "/review", {"limit": limit, "cursor": cursor})

    def approve(
        self, workout_id: str, reason: str | None = None, idempotency_key: str | None = None
    ) -> ReviewedWorkout:
        """Let a held workout count (operators). Conflict unless it is held."""
        path = f"/review/{_part(workout_id)}/approve"
        return decode(ReviewedWorkout, self._post(path, {"reason": reason}, idempotency_key))

    def reject(self, workout_id: str, reason: str, idempotency_key: str | None = None) -> ReviewedWorkout:
        """Have a workout, held or paid, not count (operators); what was paid is taken back."""
        path = f"/workouts/{_part(workout_id)}/reject"
        return decode(ReviewedWorkout, self._post(path, {"reason": reason}, idempotency_key))

    def delete_workout(self, workout_id: str, reason: str | None = None) -> None:
        """Take a workout away for good, with the points that it was paid: one's own, or for operators, with a reason,
        any of the club's. Twice is once."""
        self._transport.call("DELETE", f"/workouts/{_part(workout_id)}", query={"reason": reason})

    def adjust(self, user_id: str, points: int, reason: str, idempotency_key: str | None = None) -> Adjustment:
        """Give (above 0) or take points by hand (operators)."""
        body = {"points": points, "reason": reason}
        return decode(Adjustment, self._post(f"/members/{_part(user_id)}/adjustments", body, idempotency_key))

    def audit(
        self, subject_id: str | None = None, action: str | None = None, page_size: int = 100
    ) -> Iterator[AuditEntry]:
        """Who did what, latest first (operators)."""
        return self._pages(AuditEntry, "/audit", {"subject_id": subject_id, "action": action}, page_size)

    def audit_page(
        self, subject_id: str | None = None, action: str | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page[AuditEntry]:
        """One page of `audit`."""
        query: Query = {"subject_id": subject_id, "action": action, "limit": limit, "cursor": cursor}
        return self._page(AuditEntry, "/audit", query)

    def _post(self, path: str, body: object, key: str | None) -> dict[str, Any]:
        headers = {"Idempotency-Key": str(uuid.uuid4()) if key is None else key}
        return json_of(self._transport.call("POST", path, body=body, headers=headers))


def _part(name: str) -> str:
    return quote(name, safe="")
