"""Pagination: opaque cursors, and the body of a page."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import TypeAdapter

from app.http.errors import FieldError, InvalidFieldsError
from fitburn.database import Row

Limit = Annotated[int, Query(ge=1, le=200, description="Items per page.", examples=[50])]
Cursor = Annotated[str | None, Query(max_length=256, description="next_cursor of the previous page.")]

Position = TypeVar("Position")


def row_as_dict(row: Row) -> dict[str, Any]:
    return row._asdict()


class Cursors(Generic[Position]):
    """Cursors of one list. A cursor is the position of a page's last item, as JSON in URL-safe base64."""

    def __init__(self, position: TypeAdapter[Position]) -> None:
        self._position = position

    def read(self, cursor: str | None) -> Position | None:
        """Decode a cursor that `write` encoded. Raises InvalidFieldsError for any other text."""
        if cursor is None:
            return None
        try:
            position = self._position.validate_json(base64.urlsafe_b64decode(cursor + "=="))
        except ValueError:
            raise _invalid_cursor() from None
        # base64 and JSON decoding are lenient, such as about stray characters.
        if self.write(position) != cursor:
            raise _invalid_cursor()
        return position

    def write(self, position: Position) -> str:
        return base64.urlsafe_b64encode(self._position.dump_json(position)).rstrip(b"=").decode()

    def page(
        self,
        rows: Sequence[Row],
        limit: int,
        position_of: Callable[[Row], Position],
        item_of: Callable[[Row], Any] = row_as_dict,
    ) -> dict[str, Any]:
        """The body of a page, from up to `limit` + 1 rows: the extra row shows that a next page exists."""
        items = rows[:limit]
        next_cursor = self.write(position_of(items[-1])) if len(rows) > limit else None
        return {"items": [item_of(row) for row in items], "next_cursor": next_cursor}


ID_CURSORS = Cursors(TypeAdapter(UUID))
"""For lists sorted by id."""


def _invalid_cursor() -> InvalidFieldsError:
    return InvalidFieldsError(
        [
            FieldError(
                "/cursor", "invalid_cursor", "Pass the next_cursor of the previous page unchanged, or leave it out."
            )
        ]
    )
