"""The audit log: who did what to points, rewards and reviews."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.access.rights import Operator
from app.audit import queries
from app.audit.schemas import AuditLog
from app.http.paging import Cursor, Limit, read_cursor, split_page
from app.http.problems import answers

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("", response_model=AuditLog, summary="List who did what", responses=answers(401, 403, 422, 503))
def list_audit_entries(
    request: Request,
    caller: Operator,
    subject_id: Annotated[
        UUID | None, Query(description="Only about this reward, redemption, workout or member.")
    ] = None,
    action: Annotated[
        str | None,
        Query(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$", examples=["points.adjusted"], description="Only this."),
    ] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Entries of the club, latest first. They can be neither changed nor removed."""
    before = read_cursor(cursor)
    with request.app.state.engine.connect() as connection:
        rows = queries.read_entries(
            connection, caller.club_id, subject_id=subject_id, action=action, before=before, limit=limit + 1
        )
    page, next_cursor = split_page(rows, limit, "entry_id")
    return {"items": [row._asdict() for row in page], "next_cursor": next_cursor}
