"""A CSV file as rows with line numbers."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fitburn_client.csv_import import dialect
from fitburn_client.csv_import.encodings import BLOCK_BYTES, UTF8_WITH_MARK, Encoding, decodes, detect
from fitburn_client.csv_import.errors import CsvImportError

SAMPLE_LINES = 60
LINE_CHARS = 1 << 16


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the number of its first line in the file, its cells, and the `fault` if it cannot be read."""

    number: int
    cells: Sequence[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The format of a CSV file. `row_estimate` is exact unless cells hold line breaks or lines are blank.

    `skipped_lines` stand before the header: blank ones and `sep=;`. Rows from `last_line` on are another table.
    """

    path: Path
    encoding: Encoding
    delimiter: str
    header: tuple[str, ...]
    row_estimate: int
    skipped_lines: int = 0
    last_line: int | None = None

    def lines(self) -> Iterator[Line]:
        """All rows but blank ones."""
        with open(self.path, encoding=self.encoding.name, errors="replace", newline="") as file:
            for _ in range(self.skipped_lines):
                file.readline()
            rows = csv.reader(file, delimiter=self.delimiter, strict=True)
            next(rows)
            while True:
                number = self.skipped_lines + rows.line_num + 1
                try:
                    cells = next(rows)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Line(number, [], f"cannot be read as CSV ({error}): is a quotation mark left open?")
                    continue
                if self.last_line is not None and number > self.last_line:
                    return
                if any(cell.strip() for cell in cells):
                    yield Line(number, cells, self._width_fault(cells))

    def _width_fault(self, cells: Sequence[str]) -> str | None:
        if len(cells) == len(self.header):
            return None
        return f"has {len(cells)} cells, the header has {len(self.header)}"


def open_table(path: Path, delimiter: str | None = None, encoding: str | None = None) -> Table:
    """Detect what is not given: encoding, delimiter and header."""
    codec = _given(path, encoding) if encoding else detect(path)
    with open(path, encoding=codec.name, errors="replace", newline="") as file:
        sample = [line for _ in range(SAMPLE_LINES) if (line := file.readline(LINE_CHARS))]
    skipped, named = _skipped(sample)
    delimiter = delimiter or named or dialect.find_delimiter(sample[skipped:])
    try:
        rows = csv.reader(sample[skipped:], delimiter=delimiter, strict=True)
        header = next(rows, [])
        header_lines = rows.line_num
    except csv.Error as error:
        raise CsvImportError(f"{path}: the header cannot be read as CSV ({error})") from None
    if not any(name.strip() for name in header):
        raise CsvImportError(f"{path}: the first line must name the columns, and it is empty")
    row_estimate = max(0, _count_lines(path) - skipped - header_lines)
    names = tuple(name.strip().lstrip("\ufeff") for name in header)
    return Table(path, codec, delimiter, names, row_estimate, skipped, _end(sample, skipped, names, delimiter))


def _given(path: Path, encoding: str) -> Encoding:
    try:
        name = codecs.lookup(encoding).name
        if name == "utf-8":
            name = UTF8_WITH_MARK
        if not decodes(path, name):
            raise CsvImportError(f"{path}: the file is not {encoding}; leave --encoding out, or name another one")
    except LookupError:
        raise CsvImportError(f"--encoding: {encoding!r} is not known; write utf-8, utf-16, cp1251 or cp1252") from None
    return Encoding(name, "as given")


def _skipped(sample: Sequence[str]) -> tuple[int, str | None]:
    """The number of lines before the header, and the delimiter that a line `sep=;` names."""
    named = None
    for at, line in enumerate(sample):
        separator = dialect.sep_line(line.rstrip("\r\n"))
        named = separator or named
        if separator is None and line.strip():
            return at, named
    return 0, named


def _end(sample: Sequence[str], skipped: int, header: tuple[str, ...], delimiter: str) -> int | None:
    """The last line of a session that Polar Flow exported: below it are samples, a second table."""
    lines = sample[skipped:]
    if len(lines) > 2 and header[:2] == ("Name", "Sport") and lines[2].startswith(f"Sample rate{delimiter}"):
        return skipped + 2
    return None


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    with open(path, "rb") as file:
        while block := file.read(BLOCK_BYTES):
            count += block.count(b"\n")
            last = block[-2:]
    return count if b"\n" in last else count + 1


def head(table: Table, rows: int) -> list[Line]:
    """The first rows that can be read."""
    return list(islice((line for line in table.lines() if line.fault is None), rows))
