"""Redemptions: rewards that members spent points on, up to the desk."""

from dataclasses import dataclass
from datetime import datetime

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, segment

__all__ = ["Redemption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A redeemed reward: held, then fulfilled, cancelled or expired. `code` is shown at the desk."""

    redemption_id: str
    reward_id: str
    user_id: str
    status: str
    code: str
    cost: int
    title_ru: str
    title_en: str
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    display_name: str | None = None


class RedemptionsResource(Resource):
    """Calls under `client.redemptions`.

    Every change carries an idempotency key; pass one to make the call safe to repeat later, from another process.
    """

    def create(self, reward_id: str, idempotency_key: str | None = None) -> Redemption:
        """Hold the member's own points for a reward. ConflictError: `code` names the reason."""
        return self._post(Redemption, "/redemptions", {"reward_id": reward_id}, idempotency_key=idempotency_key)

    def mine(self, status: str | None = None) -> Paginated[Redemption]:
        """The redemptions of the token's member, latest first."""
        return self._list(Redemption, "/me/redemptions", {"status": status})

    def list(
        self, status: str | None = None, code: str | None = None, user_id: str | None = None
    ) -> Paginated[Redemption]:
        """The club's redemptions, latest first; by `code` only held ones. For operators."""
        return self._list(Redemption, "/redemptions", {"status": status, "code": code, "user_id": user_id})

    def get(self, redemption_id: str) -> Redemption:
        """One redemption."""
        return self._get(Redemption, f"/redemptions/{segment(redemption_id)}")

    def fulfil(self, redemption_id: str, idempotency_key: str | None = None) -> Redemption:
        """Record that the reward was handed over; ConflictError unless it is held and in time. For operators."""
        return self._post(Redemption, f"/redemptions/{segment(redemption_id)}/fulfil", idempotency_key=idempotency_key)

    def fulfil_code(self, code: str, idempotency_key: str | None = None) -> Redemption:
        """The same by the code at the desk; NotFoundError for a used or wrong one. For operators."""
        return self._post(Redemption, "/redemptions/fulfil", {"code": code}, idempotency_key=idempotency_key)

    def cancel(self, redemption_id: str, idempotency_key: str | None = None) -> Redemption:
        """Cancel a held redemption, which returns points and stock; ConflictError unless it is held."""
        return self._post(Redemption, f"/redemptions/{segment(redemption_id)}/cancel", idempotency_key=idempotency_key)
