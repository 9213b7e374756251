"""The schema in db/init: whole for a fresh database, its repeatable statements for one that exists."""

from collections.abc import Iterator
from pathlib import Path

INIT = Path(__file__).with_name("init")

REPEATABLE = ("create or replace ", "comment on ", "grant ", "revoke ")
"""How idempotent statements begin."""


def read_scripts() -> list[str]:
    """The files of db/init in the order of their numbers."""
    return [file.read_text(encoding="utf-8") for file in sorted(INIT.glob("*.sql"))]


def repeatable_statements(script: str) -> Iterator[str]:
    """The functions, views, comments and rights of a file, in its order."""
    return (statement for statement in split(script) if statement.startswith(REPEATABLE))


def split(script: str) -> Iterator[str]:
    """The statements of a file without the comments between them.

    A statement ends with a semicolon at the end of a line, outside `$$`.
    """
    lines: list[str] = []
    for line in script.splitlines():
        if lines or (line and not line.startswith("--")):
            lines.append(line)
        if lines and line.endswith(";") and "\n".join(lines).count("$$") % 2 == 0:
            yield "\n".join(lines)
            lines = []
