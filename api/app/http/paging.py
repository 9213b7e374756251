"""Pagination: cursors that callers pass back unchanged, and the body of a list."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import TypeAdapter

from app.http.errors import FieldError, InvalidFieldsError
from fitburn.database import Row

Limit = Annotated[int, Query(ge=1, le=200, description="Items per page.", examples=[50])]
Cursor = Annotated[str | None, Query(max_length=256, description="next_cursor of the page before.")]

Place = TypeVar("Place")


def row_as_dict(row: Row) -> dict[str, Any]:
    return row._asdict()


class Cursors(Generic[Place]):
    """Cursors of one list: where a page ended, as JSON in URL-safe base64."""

    def __init__(self, place: TypeAdapter[Place]) -> None:
        self._place = place

    def read(self, cursor: str | None) -> Place | None:
        """The place that `write` was given. Raises InvalidFieldsError for anything that `write` does not return."""
        if cursor is None:
            return None
        try:
            place = self._place.validate_json(base64.urlsafe_b64decode(cursor + "=="))
        except ValueError:
            raise _invalid_cursor() from None
        # Decoding is lenient, about stray characters for one.
        if self.write(place) != cursor:
            raise _invalid_cursor()
        return place

    def write(self, place: Place) -> str:
        return base64.urlsafe_b64encode(self._place.dump_json(place)).rstrip(b"=").decode()

    def page(
        self,
        rows: Sequence[Row],
        limit: int,
        place_of: Callable[[Row], Place],
        shown: Callable[[Row], Any] = row_as_dict,
    ) -> dict[str, Any]:
        """The body of a list from `limit` + 1 rows: the items, and the cursor of the next page if there is one."""
        items = rows[:limit]
        next_cursor = self.write(place_of(items[-1])) if len(rows) > limit else None
        return {"items": [shown(row) for row in items], "next_cursor": next_cursor}


ID_CURSORS = Cursors(TypeAdapter(UUID))
"""For lists in the order of an id."""


def _invalid_cursor() -> InvalidFieldsError:
    return InvalidFieldsError(
        [FieldError("/cursor", "invalid_cursor", "Pass next_cursor as it was given, or leave it out.")]
    )
