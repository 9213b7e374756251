"""Writes docs/marts.md from the comments in the database and the questions in db/questions: python -m db.marts_doc"""

import sys
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from sqlalchemy import Connection, text

from db.connection import connect

DOCUMENT = Path(__file__).parents[1] / "docs" / "marts.md"
QUESTIONS = Path(__file__).parent / "questions"

MARTS = ("daily_metrics", "hourly_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily",
         "mart_runs")  # fmt: skip
FUNCTIONS = ("changed_days", "refresh_daily_metrics", "refresh_leaderboard_daily", "refresh_feature_drift_daily",
             "refresh_points_liability_daily", "check_mart", "finish_mart_run")  # fmt: skip

OPENING = """<!-- Written by `make marts-doc` from the comments in db/init; do not edit. -->

# Marts

Tables for analysts, dashboards and the UI. They follow the workouts every ten minutes (Airflow) or when asked:
`make marts`, or `make marts FROM=2026-01-01 TO=2026-01-31` for a range. `mart_runs` says how fresh each one is. A
rebuilt day is compared with its workouts before anybody sees it; one that would be wrong stays as it was.

A day is a day in the time zone of the club, and so is an hour; moments are in UTC. A day without a workout has no row.
A day is replaced whole, so it is never half-built, and it can change for as long as its workouts can: a score that
comes late, a decision on a held workout, a member who leaves the leaderboard. The same workouts give the same rows.

To read them, be granted one of the roles `analyst` and `grafana`: `grant analyst to anna`. They read the marts and
nothing else.
"""

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
    for mart in MARTS:
        lines += _describe_table(connection, mart)
    lines += ["## Functions that build them", ""]
    for name in FUNCTIONS:
        function = connection.execute(FUNCTION, {"function": name}).one()
        lines += [f"- `{name}({function.arguments})`: {function.what}"]
    lines += ["", "## Questions and their queries", ""]
    for question in sorted(QUESTIONS.glob("*.sql")):
        lines += _quote(question)
    return "\n".join(lines).rstrip() + "\n"


def _describe_table(connection: Connection, table: str) -> Iterator[str]:
    yield f"## {table}\n"
    yield f"{connection.execute(TABLE, {'table': table}).scalar_one()}\n"
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
    return [f"### {title}", "", *words, "", "```sql", *query, "```", ""]


def main() -> int:
    with connect().connect() as connection:
        DOCUMENT.write_text(render(connection), encoding="utf-8")
    print(f"{DOCUMENT.name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
