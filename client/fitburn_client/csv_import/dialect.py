"""The delimiter of a file: from Excel's first line `sep=;`, else the one that makes a table of it."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.names import base_and_unit, normal
from fitburn_client.csv_import.vocabulary import FIELDS_BY_NAME

DELIMITERS = ",;\t|"
TITLES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t|]*\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a delimiter splits a sample; the greatest fits best."""

    known_names: int
    equal_widths: float
    width: int

    def key(self) -> tuple[int, float, int]:
        return (self.known_names, self.equal_widths, self.width)


def sep_line(line: str) -> str | None:
    """The delimiter that a line `sep=;` names; None for any other line."""
    match = _SEP_LINE.fullmatch(line)
    return match[1] if match else None


def title(delimiter: str) -> str:
    return TITLES.get(delimiter, repr(delimiter))


def find_delimiter(sample: Sequence[str]) -> str:
    """The delimiter of the sample's lines, header first. CsvImportError if two fit equally well."""
    fits = {delimiter: _fit(sample, delimiter).key() for delimiter in DELIMITERS}
    best = max(fits.values())
    [first, *others] = [delimiter for delimiter in DELIMITERS if fits[delimiter] == best]
    if others and best[2] > 1:
        raise CsvImportError(
            f"the cells may be separated by {title(first)} or {title(others[0])}: name it with --delimiter"
        )
    return first


def _fit(sample: Sequence[str], delimiter: str) -> Fit:
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(cells for cells in csv.reader(sample, delimiter=delimiter) if cells)
    if not rows:
        return Fit(0, 0.0, 0)
    width = len(rows[0])
    names = sum(_is_known(name) for name in rows[0]) if width > 1 else 0
    equal = Counter(map(len, rows))[width] / len(rows) if width > 1 else 0.0
    return Fit(names, equal, width)


def _is_known(name: str) -> bool:
    parts = base_and_unit(name)
    return normal(name) in FIELDS_BY_NAME or (parts is not None and parts[0] in FIELDS_BY_NAME)
