"""Write docs/marts.md from the comments in the database and the questions in db/questions: python -m db.marts_doc"""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from sqlalchemy import Connection, text

from db.connection import connect
from db.marts import list_marts

DOCUMENT = Path(__file__).parents[1] / "docs" / "marts.md"
QUESTIONS = Path(__file__).parent / "questions"
PROSE_COLUMNS = 100

OPENING = """<!-- Written by `make marts-doc` from the comments in db/init; do not edit. -->

# Marts

Tables for analysts, dashboards and the UI. Airflow rebuilds the days that changed every ten
minutes; `make marts` does it on demand, `make marts FROM=2026-01-01 TO=2026-01-31` for a range.
`mart_runs` holds how fresh each mart is. A rebuilt day is compared with its workouts before readers
see it; if it would be wrong, the last good rows stay.

A day is a day in the time zone of the club, and so is an hour; timestamps are in UTC. A day without
a workout has no row. A day is replaced whole, so it is never half-built. It can change as long as
its workouts can: by a late score, a decision on a held workout, a member who leaves the
leaderboard. The same workouts always lead to the same rows.

The roles `analyst` and `grafana` read the marts and nothing else: `grant analyst to anna`.
"""

TABLES = text("""
select relname
from pg_class
where relkind = 'r' and relnamespace = cast('public' as regnamespace) and has_table_privilege('analyst', oid, 'select')
order by relname
""")
COLUMNS = text("""
select
    a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
    col_description(a.attrelid, a.attnum) as what
from pg_attribute as a
where a.attrelid = cast(:table as regclass) and a.attnum > 0 and not a.attisdropped
order by a.attnum
""")
TABLE = text("select obj_description(cast(:table as regclass), 'pg_class')")
FUNCTION = text("""
select pg_get_function_identity_arguments(oid) as arguments, obj_description(oid, 'pg_proc') as what
from pg_proc
where proname = :function and pronamespace = cast('public' as regnamespace)
""")


def render(connection: Connection) -> str:
    """The whole document."""
    lines = [OPENING]
    for table in connection.execute(TABLES).scalars().all():
        lines += _describe_table(connection, table)
    lines += ["## Functions that build them", ""]
    refreshes = [f"refresh_{mart}" for mart in list_marts(connection)]
    for name in ("changed_days", *refreshes, "check_mart", "finish_mart_run"):
        function = connection.execute(FUNCTION, {"function": name}).one()
        lines += [_wrapped(f"- `{name}({function.arguments})`: {function.what}", indent="  ")]
    lines += ["", "## Questions and their queries", ""]
    for question in sorted(QUESTIONS.glob("*.sql")):
        lines += _quote(question)
    return "\n".join(lines).rstrip() + "\n"


def _describe_table(connection: Connection, table: str) -> Iterator[str]:
    yield f"## {table}\n"
    yield _wrapped(connection.execute(TABLE, {"table": table}).scalar_one()) + "\n"
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in connection.execute(COLUMNS, {"table": table}):
        optional = "" if column.attnotnull else ", may be null"
        yield f"| `{column.attname}` | {column.type}{optional} | {column.what} |"
    yield ""


def _quote(question: Path) -> Sequence[str]:
    """The leading comment is the title and the question; the rest is the query."""
    lines = question.read_text(encoding="utf-8").splitlines()
    title, *words = [line.removeprefix("-- ") for line in takewhile(lambda line: line.startswith("-- "), lines)]
    query = lines[1 + len(words) :]
    return [f"### {title}", "", _wrapped(" ".join(words)), "", "```sql", *query, "```", ""]


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, PROSE_COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def main() -> int:
    with connect().connect() as connection:
        DOCUMENT.write_text(render(connection), encoding="utf-8")
    print(f"{DOCUMENT.name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
