"""Lists of the API: read lazily, in whole, page by page, or only the first items."""

from collections.abc import Iterable

import pytest
from fake_api import FakeApi

from fitburn_client import FitBurn, Paginated, Transfer


@pytest.fixture
def transfers(client: FitBurn) -> Paginated[Transfer]:
    """Five transfers, of 5, 4, 3, 2 and 1 points."""
    return client.points.transfers("u:1@x")


def amounts(transfers: Iterable[Transfer]) -> list[int]:
    return [transfer.amount for transfer in transfers]


def test_a_list_requests_nothing_until_it_is_read(transfers: Paginated[Transfer], api: FakeApi) -> None:
    assert api.requests == []
    assert amounts(transfers) == [5, 4, 3, 2, 1]
    assert api.requests[0][1].startswith("/members/u%3A1%40x/points")


def test_each_iteration_reads_the_list_anew(transfers: Paginated[Transfer], api: FakeApi) -> None:
    assert amounts(transfers) == amounts(transfers)
    assert len(api.requests) == 2


def test_pages_are_requested_as_the_iterator_reaches_them(transfers: Paginated[Transfer], api: FakeApi) -> None:
    pages = transfers.pages(limit=2)
    assert amounts(next(pages).items) == [5, 4]
    assert len(api.requests) == 1
    assert [amounts(page.items) for page in pages] == [[3, 2], [1]]
    assert len(api.requests) == 3


def test_a_page_leads_to_the_next_one(transfers: Paginated[Transfer]) -> None:
    first = transfers.page(limit=3)
    second = transfers.page(first.next_cursor, limit=3)
    assert (amounts(first.items), amounts(second.items)) == ([5, 4, 3], [2, 1])
    assert second.next_cursor is None


@pytest.mark.parametrize(("count", "read"), [(0, []), (2, [5, 4]), (5, [5, 4, 3, 2, 1]), (9, [5, 4, 3, 2, 1])])
def test_first_items_take_no_more_than_one_request(
    transfers: Paginated[Transfer], api: FakeApi, count: int, read: list[int]
) -> None:
    assert amounts(transfers.first(count)) == read
    assert len(api.requests) == min(count, 1)
