"""Cursor pagination: the one form in which every list of the API is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

PAGE_LIMIT = 200
"""The API returns at most this many items in one page."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_cursor` requests the next page; it is None on the last one."""

    items: tuple[T, ...]
    next_cursor: str | None = None


P = TypeVar("P", bound=Page[Any])


class Paginator(Generic[T, P]):
    """A list of the API, read lazily: iterate it for all items, or call `page`, `pages` or `first` for less.

    Each iteration starts anew. Errors: those of any call, raised while the list is read.
    """

    def __init__(self, read_page: Callable[[str | None, int], P]) -> None:
        self._read_page = read_page

    def __iter__(self) -> Iterator[T]:
        return (item for page in self.pages() for item in page.items)

    def page(self, cursor: str | None = None, *, limit: int = 50) -> P:
        """One page of up to `limit` items: the first one, or the one at `cursor`."""
        return self._read_page(cursor, limit)

    def pages(self, *, limit: int = PAGE_LIMIT) -> Iterator[P]:
        """Every page, each of up to `limit` items; a page is requested only when the iterator reaches it."""
        cursor = None
        while True:
            page = self._read_page(cursor, limit)
            yield page
            cursor = page.next_cursor
            if not cursor:
                return

    def first(self, count: int) -> list[T]:
        """The first `count` items, or all if the list is shorter."""
        pages = self.pages(limit=min(count, PAGE_LIMIT))
        return list(islice((item for page in pages for item in page.items), count))


Paginated: TypeAlias = Paginator[T, Page[T]]
"""A list whose pages hold nothing but items."""
