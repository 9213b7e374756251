"""Audit: the log of what operators did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource

__all__ = ["AuditEntry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who (`actor`) did what (`action`, as noun.verb) to what (`subject_id`), and why."""

    entry_id: str
    actor: str
    action: str
    subject_id: str
    created_at: datetime
    actor_user_id: str | None = None
    actor_name: str | None = None
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditResource(Resource):
    """Calls under `client.audit`, for operators."""

    def list(self, subject_id: str | None = None, action: str | None = None) -> Paginated[AuditEntry]:
        """Entries of the audit log, latest first."""
        return self._list(AuditEntry, "/audit", {"subject_id": subject_id, "action": action})
