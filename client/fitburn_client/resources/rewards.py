"""Rewards: what a club offers for points."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, flag, json_fields, segment

__all__ = ["Reward", "RewardChanges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A reward to redeem. `can_redeem` and `why_not` refer to the token's own member; None for a partner."""

    reward_id: str
    title_ru: str
    title_en: str
    cost: int
    description_ru: str | None = None
    description_en: str | None = None
    picture_url: str | None = None
    stock: int | None = None
    per_member_limit: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    active: bool = True
    created_at: datetime | None = None
    can_redeem: bool | None = None
    why_not: str | None = None


class RewardOptions(TypedDict, total=False):
    """What a reward need not have. None: no text, no limit."""

    description_ru: str | None
    description_en: str | None
    picture_url: str | None
    stock: int | None
    per_member_limit: int | None
    valid_from: datetime | None
    valid_to: datetime | None
    active: bool


class RewardChanges(RewardOptions, total=False):
    title_ru: str
    title_en: str
    cost: int


class RewardsResource(Resource):
    """Calls under `client.rewards`."""

    def list(self, *, include_hidden: bool = False) -> Paginated[Reward]:
        """The club's rewards, latest first; `include_hidden` is for operators."""
        return self._list(Reward, "/rewards", {"all": flag(include_hidden)})

    def get(self, reward_id: str) -> Reward:
        """One reward."""
        return self._get(Reward, f"/rewards/{segment(reward_id)}")

    def create(
        self,
        *,
        title_ru: str,
        title_en: str,
        cost: int,
        idempotency_key: str | None = None,
        **options: Unpack[RewardOptions],
    ) -> Reward:
        """Create a reward. For operators."""
        body = json_fields({"title_ru": title_ru, "title_en": title_en, "cost": cost, **options})
        return self._post(Reward, "/rewards", body, idempotency_key=idempotency_key)

    def update(self, reward_id: str, **changes: Unpack[RewardChanges]) -> Reward:
        """Change fields of a reward; None removes a text or a limit. For operators."""
        return self._patch(Reward, f"/rewards/{segment(reward_id)}", changes)
