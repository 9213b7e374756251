"""The answers that each workout's sender got. The checks compare the database with them."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from fitburn_client import FitBurnError, OverloadedError, UnreachableError, Workout

EXPECTED = (OverloadedError, UnreachableError)
"""Transient errors that a client must expect of an overloaded or failing service, and may retry."""


@dataclass
class Record:
    """One workout under its idempotency key, and all answers about it."""

    key: str
    workout: Workout
    answers: list[tuple[float, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return bool(self.ids)


class Records:
    """Of all workouts of a run. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, Record] = {}

    def __iter__(self) -> Iterator[Record]:
        with self._lock:
            return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, key: str) -> Record:
        return self._records[key]

    def add(self, key: str, workout: Workout) -> Record:
        """The record of this key; a resend gets the same one."""
        with self._lock:
            return self._records.setdefault(key, Record(key, workout))

    def accepted(self, key: str, workout_id: str, *, replayed: bool) -> None:
        with self._lock:
            record = self._records[key]
            record.ids.add(workout_id)
            record.answers.append((time.time(), f"202 {workout_id}{' (replayed)' if replayed else ''}"))

    def refused(self, key: str, error: FitBurnError | str) -> None:
        """An answer other than 202, or none."""
        with self._lock:
            record = self._records[key]
            record.answers.append((time.time(), str(error)))
            if not isinstance(error, EXPECTED):
                record.unexpected.append(str(error))
