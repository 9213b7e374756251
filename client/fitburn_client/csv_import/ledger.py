"""What the import remembers of earlier rows, on disk so that memory stays constant."""

import sqlite3
from types import TracebackType
from typing import Self


class Ledger:
    """A temporary SQLite database, deleted when it is closed."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("pragma journal_mode = off")
        self._db.execute("create table seen (content blob primary key, times integer) without rowid")
        self._db.execute("create table laid (member text, day text, minutes integer, primary key (member, day))")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def occurrence(self, content: bytes) -> int:
        """The number of rows with this content so far, this one included."""
        return self._one(
            "insert into seen values (?, 1) on conflict do update set times = times + 1 returning times", (content,)
        )

    def lay(self, member: str, day: str, minutes: int) -> int:
        """Add minutes to a member's day; returns their sum so far, these included."""
        return self._one(
            "insert into laid values (?, ?, ?) on conflict do update set minutes = minutes + excluded.minutes"
            " returning minutes",
            (member, day, minutes),
        )

    def _one(self, sql: str, values: tuple[object, ...]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])
