"""Iterables of any length in requests of limited size."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items, consumed lazily."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
