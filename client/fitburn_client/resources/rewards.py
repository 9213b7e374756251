"""What points are, what they are spent on, and what operators do about them. Fields are those of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fitburn_client.resources.workouts import RecentWorkout


@dataclass(frozen=True, slots=True)
class NextExpiry:
    """What a member loses next: `points`, from the day `expires_on` on."""

    expires_on: date
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What a member has: `balance` can be spent (below 0: owed), `held` is put aside, `pending_review` may come."""

    user_id: str
    balance: int
    held: int = 0
    pending_review: int = 0
    next_expiry: NextExpiry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """Something to spend points on. `can_redeem` and `why_not` are about the token's own member; None for a partner."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A reward that was redeemed: held, then once fulfilled, cancelled or expired. `code` is shown at the desk."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedWorkout(RecentWorkout):
    """A workout with what an operator needs to judge it; `held_points` is what it would have earned."""

    held_points: int | None = None
    gender: str | None = None
    age: int | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Points given or taken by hand, and the `balance` afterwards."""

    adjustment_id: str
    user_id: str
    points: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who (`actor`) did what (`action`, as noun.verb) to which thing (`subject_id`), and why."""

    entry_id: str
    actor: str
    action: str
    subject_id: str
    created_at: datetime
    actor_user_id: str | None = None
    actor_name: str | None = None
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
