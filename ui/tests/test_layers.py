"""Which part of the pages imports which: texts know nothing of the session, components nothing of the views."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[1] / "app"

MAY_IMPORT = {
    "text": {"text"},
    "session": {"api_client", "session", "text"},
    "components": {"components", "paths", "session", "text"},
    "views": {"api_client", "components", "paths", "session", "text"},
}


def imports(file: Path) -> Iterator[str]:
    """The parts of `app` that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "app":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_of_the_pages_imports_only_the_parts_below_it(part: str) -> None:
    found = {(file.name, name) for file in (APP / part).rglob("*.py") for name in imports(file)}
    assert {(file, name) for file, name in found if name not in MAY_IMPORT[part]} == set()
    assert found
