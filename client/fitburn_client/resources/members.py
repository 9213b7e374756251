"""Members: how they log in, who they are, what they earned."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Login:
    """A token of a member: good until `expires_at`; `renew` gives later ones, at most until `renewable_until`."""

    access_token: str
    expires_at: datetime
    user_id: str
    token_type: str = "bearer"
    renewable_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Login(user_id={self.user_id!r}, expires_at={self.expires_at.isoformat()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A member's own page."""

    user_id: str
    email: str | None = None
    display_name: str | None = None
    role: str | None = None
    gender: str | None = None
    birth_year: int | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    leaderboard_opt_out: bool = False
    club: str | None = None
    language: str | None = None
    units: str = "metric"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMember:
    """A member of the club as its operators find them."""

    user_id: str
    created_at: datetime
    display_name: str | None = None
    email: str | None = None
    role: str = "member"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Points that came (`amount` above 0) or went; `source_id` is the thing that caused it, such as a workout."""

    transfer_id: str
    kind: str
    amount: int
    source_id: str
    created_at: datetime
