"""Columns that an import itself adds to the files that it writes."""

from collections.abc import Sequence
from dataclasses import dataclass

SCORE_COLUMNS = ("workout_id", "status", "calories_pred", "points", "hold_reasons")
PREFIX = "fitburn_"
REJECT_COLUMNS = ("file", "line", "place", "reason")
KEY_PLACE = "key:"
"""Before the key of a row that was imported before with other values: it must not become another workout."""
EARLIER_REJECT_COLUMNS = ("line", "reason")


@dataclass(frozen=True, slots=True)
class OwnColumns:
    """How many columns at the beginning and at the end of a header an import wrote."""

    reject: int = 0
    score: int = 0

    def of_rejects(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of REJECT_COLUMNS by name, as far as the file has them."""
        names = REJECT_COLUMNS if self.reject == len(REJECT_COLUMNS) else EARLIER_REJECT_COLUMNS
        return dict(zip(names, cells, strict=False)) if self.reject else {}

    def inner(self, header: Sequence[str]) -> range:
        """The columns of the file that was imported first."""
        return range(self.reject, len(header) - self.score)


def own_columns(header: Sequence[str]) -> OwnColumns:
    reject = next((len(names) for names in (REJECT_COLUMNS, EARLIER_REJECT_COLUMNS) if _starts(header, names)), 0)
    endings = (score_names(header[: -len(SCORE_COLUMNS)]), SCORE_COLUMNS)
    scored = tuple(header[-len(SCORE_COLUMNS) :]) in endings and len(header) > len(SCORE_COLUMNS)
    return OwnColumns(reject, len(SCORE_COLUMNS) if scored else 0)


def score_names(header: Sequence[str]) -> tuple[str, ...]:
    """SCORE_COLUMNS under names that the header does not have."""
    taken = set(header)
    return tuple(_free(name, taken) for name in SCORE_COLUMNS)


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else _free(PREFIX + name, taken)


def _starts(header: Sequence[str], names: Sequence[str]) -> bool:
    return tuple(header[: len(names)]) == tuple(names)
