"""Proves the books: python -m db.audit

Each check states a rule, prints how many rows it examined, and names the first rows that break the rule. Exits with 1
if any rule is broken. It may run at any time, also while points are moving: all checks see one snapshot.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.connection import connect
from db.rules import Check, read_checks
from fitburn.database import reason

WHAT_TO_DO = """
No service can break these rules: triggers keep them. Rows were changed as the owner of the database, or it
was restored in part. Stop the workers and the API, keep a copy (pg_dump), and compare what is named above with the
last good backup; then correct it with `POST /members/{user_id}/adjustments`, never by changing rows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of a check: rows examined, rows that break the rule, and the first of these."""

    rule: str
    examined: int
    broken: int
    examples: Sequence[str]
    seconds: float

    def __str__(self) -> str:
        verdict = "ok" if not self.broken else f"{self.broken:,} BROKEN"
        return f"{self.rule:90} {self.examined:>12,} looked at   {verdict}   ({self.seconds:.1f} s)"


def run(connection: Connection, check: Check) -> Finding:
    started = time.monotonic()
    examined, broken, examples = connection.execute(text(check.statement)).one()
    return Finding(check.rule, examined, broken, examples or [], time.monotonic() - started)


def main() -> int:
    argparse.ArgumentParser(prog="python -m db.audit", description=__doc__.splitlines()[0]).parse_args()
    engine = connect()
    broken = 0
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        for check in read_checks():
            try:
                finding = run(connection, check)
            except DBAPIError as error:
                sys.exit(f"{check.rule}: {reason(error)}\nAn older schema? `make migrate` brings it up to date.")
            print(finding, flush=True)
            for example in finding.examples:
                print(f"    {example}")
            broken += bool(finding.broken)
    print(f"\n{broken} rules are broken.{WHAT_TO_DO}" if broken else "\nThe books are right.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
