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
        self._db.execute("create table starts (start text primary key, times integer) without rowid")
        self._db.execute("create table laid (member text, day text, minutes integer, primary key (member, day))")

        self._db.execute("create table totals (member text, day text, minutes integer, primary key (member, day))")

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

    def count_start(self, start: str) -> None:
        """Count a row of a member's start, before the rows are sent."""
        self._db.execute("insert into starts values (?, 1) on conflict do update set times = times + 1", (start,))

    def rows_of_start(self, start: str) -> int:
        """The number of rows that were counted for this start."""
        found = self._db.execute("select times from starts where start = ?", (start,)).fetchone()
        return int(found[0]) if found else 0

    def lay(self, member: str, day: str, minutes: int) -> int:
        """Add minutes to a member's day; returns their sum so far, these included."""
        return self._one(
            "insert into laid values (?, ?, ?) on conflict do update set minutes = minutes + excluded.minutes"
            " returning minutes",
            (member, day, minutes),
        )

    def end_rehearsal(self) -> None:
        """Keep the minutes that were laid as totals, and forget the rows."""
        self._db.execute("delete from totals")
        self._db.execute("insert into totals select member, day, minutes from laid")
        self._db.execute("delete from laid")
        self._db.execute("delete from seen")

    def total(self, member: str, day: str) -> int:
        """The minutes of a member's day in the rehearsal."""
        found = self._db.execute("select minutes from totals where member = ? and day = ?", (member, day)).fetchone()
        return int(found[0]) if found else 0

    def _one(self, sql: str, values: tuple[object, ...]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])
