"""A CSV file as rows with line numbers; detects encoding and delimiter."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DELIMITERS = ",;\t|"
BLOCK_BYTES = 1 << 20
UTF8_WITH_MARK = "utf-8-sig"


class CsvImportError(Exception):
    """The import cannot start; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the number of its first line in the file, its cells, and the `fault` if it cannot be read."""

    number: int
    cells: Sequence[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The format of a CSV file. `row_estimate` is exact unless cells hold line breaks or lines are blank."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    row_estimate: int

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma in a number can only be its decimal sign."""
        return self.delimiter != ","

    def lines(self) -> Iterator[Line]:
        """All rows but blank ones."""
        with open(self.path, encoding=self.encoding, errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=self.delimiter, strict=True)
            next(rows)
            while True:
                number = rows.line_num + 1
                try:
                    cells = next(rows)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Line(number, [], f"cannot be read as CSV ({error}): is a quotation mark left open?")
                    continue
                if any(cell.strip() for cell in cells):
                    yield Line(number, cells, self._width_fault(cells))

    def _width_fault(self, cells: Sequence[str]) -> str | None:
        if len(cells) == len(self.header):
            return None
        return f"has {len(cells)} cells, the header has {len(self.header)}"


def open_table(path: Path, delimiter: str | None = None) -> Table:
    """Detect a file's encoding (UTF-8, UTF-16 with a byte order mark, else Windows-1252), delimiter and header."""
    encoding, row_estimate = _survey(path)
    with open(path, encoding=encoding, errors="replace", newline="") as file:
        first = file.readline()
        delimiter = delimiter or _sniff(first)
        file.seek(0)
        try:
            header = next(csv.reader(file, delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise CsvImportError(f"{path}: the header cannot be read as CSV ({error})") from None
    if not any(name.strip() for name in header):
        raise CsvImportError(f"{path}: the first line must name the columns, and it is empty")
    return Table(path, encoding, delimiter, tuple(name.strip() for name in header), row_estimate)


def _survey(path: Path) -> tuple[str, int]:
    """The encoding and the estimated number of rows, in one pass over the bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, line_ends, last = UTF8_WITH_MARK, 0, b""
    with open(path, "rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            encoding = "utf-16"
        file.seek(0)
        while block := file.read(BLOCK_BYTES):
            line_ends += block.count(b"\n")
            last = block[-2:]
            if encoding == UTF8_WITH_MARK:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    encoding = "cp1252"
    lines = line_ends if b"\n" in last else line_ends + 1
    return encoding, max(0, lines - 1)


def _sniff(header: str) -> str:
    """The delimiter that splits the header into most cells; a comma if none does."""
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))
