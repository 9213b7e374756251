"""The audit log: who did what to points, rewards and reviews."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from app.audit import queries
from app.audit.schemas import AuditLog
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.routing import noun_router
from app.resources import Res
from app.rights import Operator

router = noun_router("audit", "/audit")


@router.get("", response_model=AuditLog, summary="List who did what")
def list_audit_entries(
    resources: Res,
    caller: Operator,
    subject_id: Annotated[
        UUID | None, Query(description="Only entries about this reward, redemption, workout or member.")
    ] = None,
    action: Annotated[
        str | None,
        Query(
            max_length=60,
            pattern=r"^[a-z_]+\.[a-z_]+$",
            examples=["points.adjusted"],
            description="Only entries with this action.",
        ),
    ] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The club's audit log, latest first. Entries can be neither changed nor deleted."""
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.read_entries(
            connection, caller.club_id, subject_id=subject_id, action=action, before=before, limit=limit + 1
        )
    return ID_CURSORS.page(rows, limit, lambda row: row.entry_id)
