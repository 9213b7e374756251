"""Lists of the API: a page at a time for screens, or all that there is, fetched as it is needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from fitburn_client.decoding import decode
from fitburn_client.transport import Transport, json_of

PAGE_LIMIT = 200
"""Items that the API gives in one page."""

T = TypeVar("T")
Query = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items, and what to pass as `cursor` for the page after; None on the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None


class Calls:
    """What the calls of every noun are made with."""

    _transport: Transport

    def _get(self, kind: type[T], path: str, query: Query | None = None) -> T:
        return decode(kind, json_of(self._transport.call("GET", path, query=query)))

    def _page(self, kind: type[T], path: str, query: Query) -> Page[T]:
        answer = json_of(self._transport.call("GET", path, query=query), "items")
        return Page(tuple(decode(kind, item) for item in answer["items"]), answer.get("next_cursor"))

    def _pages(self, kind: type[T], path: str, query: Query, page_size: int) -> Iterator[T]:
        for page in self._answers(path, query, page_size):
            yield from (decode(kind, item) for item in page["items"])

    def _answers(self, path: str, query: Query, page_size: int) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._transport.call("GET", path, query={**query, "limit": page_size, "cursor": cursor})
            answer = json_of(page, "items")
            yield answer
            cursor = answer.get("next_cursor")
            if not cursor:
                return

    def _whole(self, path: str, query: Query, page_size: int, limit: int | None = None) -> dict[str, Any]:
        """The first page with the items of the following ones, up to `limit`."""
        pages = self._answers(path, query, page_size if limit is None else min(limit, page_size))
        whole = next(pages)
        items = list(whole["items"])
        while (limit is None or len(items) < limit) and (page := next(pages, None)):
            items += page["items"]
        return whole | {"items": items[:limit]}


def iso(day: date | None) -> str | None:
    """The day as the API reads it."""
    return None if day is None else day.isoformat()


def member_path(user_id: str | None, what: str) -> str:
    """Where something of a member is; of the token's own member without `user_id`."""
    return f"/me/{what}" if user_id is None else f"/members/{quote(user_id, safe='')}/{what}"
