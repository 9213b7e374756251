"""Cursors: where the next page begins, in a form that callers pass back as it is."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from app.errors import FieldError, InvalidFieldsError

Limit = Annotated[int, Query(ge=1, le=200, description="Items per page.", examples=[50])]
Cursor = Annotated[str | None, Query(max_length=64, description="next_cursor of the page before.")]

AnyRow = TypeVar("AnyRow")


def read_cursor(cursor: str | None) -> UUID | None:
    """The id before which the page begins. Raises InvalidFieldsError for what is not a cursor."""
    if cursor is None:
        return None
    try:
        place = UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (binascii.Error, ValueError):
        place = None
    # Decoding overlooks what does not belong to a cursor.
    if place is None or _write_cursor(place) != cursor:
        raise InvalidFieldsError(
            [FieldError("/cursor", "invalid_cursor", "Pass next_cursor as it was given, or leave it out.")]
        )
    return place


def split_page(rows: Sequence[AnyRow], limit: int, id_column: str) -> tuple[Sequence[AnyRow], str | None]:
    """From limit + 1 rows the page, and the cursor of the next if there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _write_cursor(getattr(rows[limit - 1], id_column))


def _write_cursor(place: UUID) -> str:
    return base64.urlsafe_b64encode(place.bytes).rstrip(b"=").decode()
