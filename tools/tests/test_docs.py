"""Links, paths, tests and commands that the documents name exist, and their prose is wrapped."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("*.md", "*/README.md", "docs/**/*.md", "deploy/**/*.md")
DOCUMENTS = sorted({str(file.relative_to(ROOT)) for place in PLACES for file in ROOT.glob(place)})
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COLUMNS = 100

LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|sql|md|json|ya?ml|toml|ini|conf|js|typ|gz))(?:::(\w+))?`")
COMMAND = re.compile(r"\bmake ([a-z][a-z-]*)\b")
NO_PROSE = ("|", "!", "<!--", "#")

every_document = pytest.mark.parametrize("document", DOCUMENTS)


def prose(document: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line outside of code blocks, tables, headings and pictures."""
    in_code = False
    for number, line in enumerate((ROOT / document).read_text(encoding="utf-8").splitlines(), start=1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and not line.startswith("    ") and not line.startswith(NO_PROSE):
            yield number, line


def anchors(document: Path) -> set[str]:
    """The fragments of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document
def test_links_lead_to_files_and_headings(document: str) -> None:
    for link in LINK.findall((ROOT / document).read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@every_document
def test_paths_and_tests_that_are_named_exist(document: str) -> None:
    for path, test in PATH.findall((ROOT / document).read_text(encoding="utf-8")):
        places = [place / path for place in (ROOT, (ROOT / document).parent) if (place / path).exists()]
        assert places, path
        assert not test or f"def {test}(" in places[0].read_text(encoding="utf-8"), f"{path}::{test}"


@every_document
def test_commands_that_are_named_exist(document: str) -> None:
    code = re.findall(r"`[^`]+`|^ {4,}.*$", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for span in code for name in COMMAND.findall(span)} <= TARGETS


@every_document
def test_prose_is_wrapped(document: str) -> None:
    """A line without a blank, such as the name of a test, cannot be wrapped."""
    breakable = [(number, line) for number, line in prose(document) if " " in line.strip()]
    assert not [f"{document}:{number}" for number, line in breakable if len(line) > COLUMNS]
