"""Points: what a member has, every transfer, and adjustments by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, member_path, segment

__all__ = ["Adjustment", "NextExpiry", "Points", "Transfer"]


@dataclass(frozen=True, slots=True)
class NextExpiry:
    """The next `points` to expire, on the day `expires_on`."""

    expires_on: date
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A member's points: `balance` can be spent (below 0: owed), `held` is put aside, `pending_review` may come."""

    user_id: str
    balance: int
    held: int = 0
    pending_review: int = 0
    next_expiry: NextExpiry | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Points that came (`amount` above 0) or went; `source_id` is what caused it, such as a workout."""

    transfer_id: str
    kind: str
    amount: int
    source_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Points added or taken by hand, and the `balance` afterwards."""

    adjustment_id: str
    user_id: str
    points: int
    balance: int


class PointsResource(Resource):
    """Calls under `client.points`. Without `user_id` they refer to the token's own member."""

    def get(self, user_id: str | None = None) -> Points:
        """A member's balance and what is held, pending or about to expire."""
        return self._get(Points, member_path(user_id, "points"), {"limit": 1})

    def transfers(self, user_id: str | None = None) -> Paginated[Transfer]:
        """Every movement of a member's points, newest first."""
        return self._list(Transfer, member_path(user_id, "points"))

    def adjust(self, user_id: str, points: int, reason: str, idempotency_key: str | None = None) -> Adjustment:
        """Add (above 0) or take points by hand. For operators."""
        path, body = f"/members/{segment(user_id)}/adjustments", {"points": points, "reason": reason}
        return self._post(Adjustment, path, body, idempotency_key=idempotency_key)
