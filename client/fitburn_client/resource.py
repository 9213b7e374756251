"""What all resources share: typed calls over one Transport, and how paths, queries and bodies are written."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from fitburn_client.decoding import decode
from fitburn_client.keys import key_or_new
from fitburn_client.paging import P, Page, Paginated, Paginator
from fitburn_client.transport import Query, Transport, json_of

T = TypeVar("T")


class Resource:
    """The calls of one noun; a subclass has a method per operation of the API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _get(self, kind: type[T], path: str, query: Query | None = None) -> T:
        return decode(kind, json_of(self._transport.call("GET", path, query=query)))

    def _post(self, kind: type[T], path: str, body: object = None, *, idempotency_key: str | None) -> T:
        """Safe to retry: the request carries an idempotency key."""
        headers = {"Idempotency-Key": key_or_new(idempotency_key)}
        return decode(kind, json_of(self._transport.call("POST", path, body=body, headers=headers)))

    def _patch(self, kind: type[T], path: str, changes: Mapping[str, object]) -> T:
        return decode(kind, json_of(self._transport.call("PATCH", path, body=json_fields(changes))))

    def _list(self, kind: type[T], path: str, query: Query | None = None) -> Paginated[T]:
        """A list whose pages hold items of `kind` and nothing else."""

        def read_page(cursor: str | None, limit: int) -> Page[T]:
            answer = self._page_json(path, query, cursor, limit)
            return Page(tuple(decode(kind, item) for item in answer["items"]), answer.get("next_cursor"))

        return Paginator(read_page)

    def _list_with(self, page_kind: type[P], path: str, query: Query | None = None) -> Paginator[Any, P]:
        """A list whose pages carry more than items: `page_kind` is a dataclass derived from Page."""
        return Paginator(lambda cursor, limit: decode(page_kind, self._page_json(path, query, cursor, limit)))

    def _page_json(self, path: str, query: Query | None, cursor: str | None, limit: int) -> dict[str, Any]:
        page_query: Query = {**(query or {}), "limit": limit, "cursor": cursor}
        return json_of(self._transport.call("GET", path, query=page_query), "items")


def segment(text: str) -> str:
    """An id as one segment of a path."""
    return quote(text, safe="")


def member_path(user_id: str | None, what: str) -> str:
    """The path of a member's `what`; of the token's own member for None."""
    return f"/me/{what}" if user_id is None else f"/members/{segment(user_id)}/{what}"


def flag(value: bool) -> Literal["true"] | None:
    """A flag in a query: left out when it is not set."""
    return "true" if value else None


def json_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields of a request body, with days and times in ISO 8601."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
