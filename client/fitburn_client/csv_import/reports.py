"""The files that an import writes: every row with its score, and rejected rows with their reasons."""

import csv
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from fitburn_client.csv_import.outcomes import Outcome
from fitburn_client.csv_import.table import UTF8_WITH_MARK, Table

SCORE_COLUMNS = ("workout_id", "status", "calories_pred", "points", "hold_reasons")


class Report(ABC):
    """A CSV file in the table's format; it gets its final name only when it is complete."""

    def __init__(self, path: Path, table: Table, header: Sequence[str]) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        encoding = UTF8_WITH_MARK if table.delimiter == ";" else "utf-8"  # Excel needs the mark, others dislike it
        self._file = open(self._part, "w", encoding=encoding, newline="")  # noqa: SIM115
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
    """The original columns, then SCORE_COLUMNS; an existing column of that name is overwritten."""

    def __init__(self, path: Path, table: Table) -> None:
        self._width = len(table.header)
        header = [*table.header, *(name for name in SCORE_COLUMNS if name not in table.header)]
        self._at = [header.index(name) for name in SCORE_COLUMNS]
        self._blank = [""] * (len(header) - self._width)
        super().__init__(path, table, header)

    def add(self, outcome: Outcome) -> None:
        cells = [*outcome.row.cells[: self._width]]
        cells += [""] * (self._width - len(cells)) + self._blank
        for at, text in zip(self._at, _score(outcome), strict=True):
            cells[at] = text
        self._write(cells)


class RejectsReport(Report):
    """Line number, reason, then the original row; the corrected file can be imported again."""

    def __init__(self, path: Path, table: Table) -> None:
        super().__init__(path, table, ["line", "reason", *table.header])

    def add(self, outcome: Outcome) -> None:
        if outcome.reason is not None:
            self._write([outcome.row.number, outcome.reason, *outcome.row.cells])


def _score(outcome: Outcome) -> tuple[str, ...]:
    prediction = outcome.prediction
    if prediction is None:
        return (outcome.workout_id, outcome.status, "", "", "")
    calories = "" if prediction.calories_pred is None else f"{prediction.calories_pred:.1f}"
    points = "" if prediction.points is None else str(prediction.points)
    return (outcome.workout_id, outcome.status, calories, points, " ".join(prediction.hold_reasons))
