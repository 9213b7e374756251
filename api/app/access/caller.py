"""The caller of a request: a partner with a key, or a member with a session."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

WRITE, READ, STATS = "workouts:write", "workouts:read", "stats:read"
SCOPES = frozenset({WRITE, READ, STATS})

Role = Literal["partner", "member", "operator"]


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's key. It sees the whole club, within its scopes."""

    club_id: UUID
    source: str
    scopes: frozenset[str]
    key_id: UUID
    role: Role = "partner"
    # A partner is no member. These fields let a route treat all callers alike.
    member_id: None = None
    user_id: None = None
    sees_only: None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member or operator who has logged in, with all scopes."""

    club_id: UUID
    source: str
    member_id: UUID
    user_id: str
    role: Role
    session: bytes
    """Hash of the session's name."""
    scopes: frozenset[str] = SCOPES

    @property
    def sees_only(self) -> UUID | None:
        """The one member whose data the caller may see; None for operators, who see the club."""
        return self.member_id if self.role == "member" else None


Caller = Partner | Member
