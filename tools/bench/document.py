"""Writes the figures of a run into docs/performance.md, between marks. The prose around them stays."""

import json
import re
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

from tools.bench import report, sizing
from tools.bench.figures import Figures

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "performance"
RECORD = Path(__file__).parent / "results" / "documented.json"
PROSE_COLUMNS = 100


def texts(record: dict[str, Any], figures: Figures) -> dict[str, str]:
    """Texts of a run by the name of their place."""
    return {
        "machine": report.machine(record),
        "requirements": report.requirements(figures.requirements),
        "accepting": report.accepting(figures),
        "scoring": report.scoring(figures),
        "to_done": report.to_done(figures),
        "reading": report.reading(figures),
        "cost": report.cost(record, figures),
        "sizing": sizing.of(figures),
    }


def write(record: dict[str, Any], figures: Figures) -> None:
    DOCUMENT.write_text(filled(DOCUMENT.read_text(), texts(record, figures)))
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1))
    print(f"\nWritten: {DOCUMENT.relative_to(ROOT)}, {PICTURES.relative_to(ROOT)}/, {RECORD.relative_to(ROOT)}")


def filled(document: str, by_name: dict[str, str]) -> str:
    """The document with each text between its own two marks. Raises ValueError where marks and texts differ."""
    marks = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    names = [mark[2] for mark in marks.finditer(document)]
    if sorted(names) != sorted(by_name):
        raise ValueError(f"The document has places for {sorted(names)}, and the run has texts for {sorted(by_name)}.")
    return marks.sub(lambda mark: f"{mark[1]}{wrapped(by_name[mark[2]])}\n{mark[3]}", document)


def put(name: str, text: str) -> None:
    """Write the table of another run than `make bench`. Raises ValueError where its place is missing."""
    DOCUMENT.write_text(placed(DOCUMENT.read_text(), name, text))
    print(f"\nWritten: {DOCUMENT.relative_to(ROOT)}")


def placed(document: str, name: str, text: str) -> str:
    """The document with the text between the marks of this name, otherwise unchanged."""
    mark = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    filled_in, places = mark.subn(lambda match: f"{match[1]}{wrapped(text)}\n{match[2]}", document)
    if places != 1:
        raise ValueError(f"The document has {places} places for {name} instead of one.")
    return filled_in


def wrapped(text: str) -> str:
    """The text with its prose wrapped as in all documents; tables have one line for each row."""
    fill = partial(textwrap.fill, width=PROSE_COLUMNS, break_long_words=False, break_on_hyphens=False)
    return "\n".join(line if line.startswith("|") else fill(line) for line in text.splitlines())
