"""The caller of a request, and the scopes of keys."""

from dataclasses import dataclass

WRITE, READ, STATS = "workouts:write", "workouts:read", "stats:read"
SCOPES = frozenset({WRITE, READ, STATS})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request. `member_id` is None for a partner, who sees the whole club."""

    club_id: str
    source: str
    scopes: frozenset[str]
    member_id: str | None = None
    user_id: str | None = None
    role: str = "partner"
    session: bytes | None = None
    key_id: str | None = None

    @property
    def sees_only(self) -> str | None:
        """The one member whose data the caller may see; None for partners and operators, who see the club."""
        return self.member_id if self.role == "member" else None
