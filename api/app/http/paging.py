"""Cursors: where the next page begins, in a form that callers pass back as it is."""

import base64
from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from app.http.errors import FieldError, InvalidFieldsError

Limit = Annotated[int, Query(ge=1, le=200, description="Items per page.", examples=[50])]
Cursor = Annotated[str | None, Query(max_length=64, description="next_cursor of the page before.")]
WideCursor = Annotated[str | None, Query(max_length=256, description="next_cursor of the page before.")]
"""A cursor that holds more than an id."""

AnyRow = TypeVar("AnyRow")


def read_cursor(cursor: str | None) -> UUID | None:
    """The id before which the page begins. Raises InvalidFieldsError for what is not a cursor."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=_decode(cursor))
    except ValueError:
        raise invalid_cursor() from None


def split_page(rows: Sequence[AnyRow], limit: int, id_column: str) -> tuple[Sequence[AnyRow], str | None]:
    """From limit + 1 rows the page, and the cursor of the next if there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _encode(getattr(rows[limit - 1], id_column).bytes)


def read_place(cursor: str | None) -> str | None:
    """What `write_place` was given. Raises InvalidFieldsError for what is not a cursor."""
    if cursor is None:
        return None
    try:
        return _decode(cursor).decode()
    except ValueError:
        raise invalid_cursor() from None


def write_place(place: str) -> str:
    """The cursor of a place that is not an id."""
    return _encode(place.encode())


def invalid_cursor() -> InvalidFieldsError:
    return InvalidFieldsError(
        [FieldError("/cursor", "invalid_cursor", "Pass next_cursor as it was given, or leave it out.")]
    )


def _encode(place: bytes) -> str:
    return base64.urlsafe_b64encode(place).rstrip(b"=").decode()


def _decode(cursor: str) -> bytes:
    """Raises ValueError for what `_encode` does not give: decoding overlooks what does not belong there."""
    place = base64.urlsafe_b64decode(cursor + "==")
    if _encode(place) != cursor:
        raise ValueError("not a cursor")
    return place
