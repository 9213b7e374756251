"""SQL of the services is constant text in the code: values of a caller are always bound parameters."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("api/app", "worker/app", "core/fitburn")
# Two words of SQL, so that a sentence for people that begins with "Update" is none.
SQL = re.compile(r"\b(select\b.*\bfrom|insert into|update\b.*\bset|delete from|notify|listen)\b", re.DOTALL)

# Constants by other names. An entry must never come from a caller.
KNOWN = {
    "api/app/boards/queries.py: _TABLE[period]": "of a table of constants",
    "api/app/boards/queries.py: _CONDITION[period]": "of a table of constants",
    "api/app/boards/queries.py: clauses": "argument of a function that is called at import only",
    "api/app/challenges/queries.py: columns": "names out of TITLES and RULES",
    "api/app/rewards/queries.py: assignments": "names out of FIELDS",
    "api/app/rewards/queries.py: ', '.join(FIELDS)": "a constant",
    "api/app/rewards/queries.py: ', '.join((f':{name}' for name in FIELDS))": "a constant",
    "core/fitburn/notifications.py: channel": "named by the service, in main",
}


def put_together(code: str) -> Iterator[tuple[int, str]]:
    """Line and expression of everything within SQL that is not a constant: an upper-case name of a module."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = [side for side in (node.left, node.right) if isinstance(side, ast.Constant)]
            text = "".join(str(side.value) for side in sides)
            parts = [side for side in (node.left, node.right) if side not in sides]
        else:
            continue
        if SQL.search(text.lower()):
            yield from ((part.lineno, ast.unparse(part)) for part in parts if not is_constant(part))


def is_constant(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.isupper()


@pytest.mark.parametrize("folder", SERVICES)
def test_sql_holds_nothing_but_constants(folder: str) -> None:
    interpolated = {
        f"{file.relative_to(ROOT)}:{line}: {expression}"
        for file in sorted((ROOT / folder).rglob("*.py"))
        for line, expression in put_together(file.read_text(encoding="utf-8"))
        if f"{file.relative_to(ROOT)}: {expression}" not in KNOWN
    }
    assert interpolated == set()


@pytest.mark.parametrize(
    "code",
    [
        'f"select * from users where id = {user_id}"',
        '"select * from users where id = " + user_id',
        '"delete from users where id = %s" % user_id',
        'f"update users set {column} = 1"',
        'f"notify {channel()}"',
    ],
)
def test_a_value_within_sql_is_seen_in_each_of_its_forms(code: str) -> None:
    assert len(list(put_together(code))) == 1


def test_constants_and_sentences_pass() -> None:
    assert list(put_together('f"select {COLUMNS} from users where role = {people.ROLE}"')) == []
    assert list(put_together('f"Update {name} soon"')) == []
