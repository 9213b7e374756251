"""What the import must remember of rows that have gone by, kept on disk so that memory stays constant."""

import sqlite3
from types import TracebackType
from typing import Self


class Ledger:
    """A temporary SQLite file, which vanishes when it is closed."""

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
        """How many rows of this content there are up to now, this one included."""
        return self._one(
            "insert into seen values (?, 1) on conflict do update set times = times + 1 returning times", (content,)
        )

    def lay(self, member: str, day: str, minutes: int) -> int:
        """Minutes laid for this member and day up to now, these included."""
        return self._one(
            "insert into laid values (?, ?, ?) on conflict do update set minutes = minutes + excluded.minutes"
            " returning minutes",
            (member, day, minutes),
        )

    def _one(self, sql: str, values: tuple[object, ...]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])
