"""The files that an import writes: every row with its score, and rejected rows with their reasons."""

import csv
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from fitburn_client.csv_import.encodings import BYTE_ORDER_MARK, UTF8_WITH_MARK
from fitburn_client.csv_import.outcomes import Outcome
from fitburn_client.csv_import.own_files import KEY_PLACE, REJECT_COLUMNS, own_columns, score_names
from fitburn_client.csv_import.table import Table


class Report(ABC):
    """A CSV file in the table's format; it gets its final name only when it is complete."""

    def __init__(self, path: Path, table: Table, header: Sequence[str]) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file = open(self._part, "w", encoding=_encoding(table), newline="")  # noqa: SIM115
        self._rows = csv.writer(self._file, delimiter=table.delimiter, lineterminator="\n")
        self._write(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            os.replace(self._part, self._path)
        else:
            with suppress(OSError):
                self._part.unlink()

    @abstractmethod
    def add(self, outcome: Outcome) -> None:
        """Write the row, if it belongs into this report."""

    def _write(self, cells: Sequence[object]) -> None:
        # The csv module leaves a lone carriage return unquoted, and readers would end the row there.
        self._rows.writerow([str(cell).replace("\r\n", "\n").replace("\r", "\n") for cell in cells])


class ScoredReport(Report):
    """The original columns, then SCORE_COLUMNS, under other names where the file itself has such columns."""

    def __init__(self, path: Path, table: Table) -> None:
        self._own = own_columns(table.header)
        header = list(table.header[: len(table.header) - self._own.score])
        self._width = len(header)
        super().__init__(path, table, [*header, *score_names(header)])

    def add(self, outcome: Outcome) -> None:
        cells = list(outcome.row.cells[: self._width])
        self._write([*cells, *[""] * (self._width - len(cells)), *_score(outcome)])


class RejectsReport(Report):
    """The row's file, line and place there, the reason, then the original row; a corrected file can be imported."""

    def __init__(self, path: Path, table: Table) -> None:
        self._own = own_columns(table.header)
        self._name = table.path.name
        super().__init__(path, table, [*REJECT_COLUMNS, *table.header[self._own.reject :]])

    def add(self, outcome: Outcome) -> None:
        if outcome.reason is None:
            return
        row = outcome.row
        known = {"file": self._name, "line": row.number} | self._own.of_rejects(row.cells)
        place = f"{KEY_PLACE}{row.key}" if outcome.known_key else row.place
        self._write([known["file"], known["line"], place, outcome.reason, *row.cells[self._own.reject :]])


def _encoding(table: Table) -> str:
    """UTF-8, with a mark if the file has one, or came from Excel: its semicolons or an older encoding show that."""
    marked = table.encoding.reason == BYTE_ORDER_MARK or not table.encoding.is_unicode or table.delimiter == ";"
    return UTF8_WITH_MARK if marked else "utf-8"


def _score(outcome: Outcome) -> tuple[str, ...]:
    prediction = outcome.prediction
    if prediction is None:
        return (outcome.workout_id, outcome.status, "", "", "")
    calories = "" if prediction.calories_pred is None else f"{prediction.calories_pred:.1f}"
    points = "" if prediction.points is None else str(prediction.points)
    return (outcome.workout_id, outcome.status, calories, points, " ".join(prediction.hold_reasons))
