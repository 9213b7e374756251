"""Evaluates the challenges that are marked for it, as the DAG does: python -m db.challenges"""

import sys

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db.connection import connect
from fitburn.database import reason


def evaluate(engine: Engine) -> int:
    """Returns the number of marked challenges. Each is evaluated in separate transactions."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        waiting: int = connection.execute(
            text("select count(distinct challenge_id) from challenge_changes")
        ).scalar_one()
        connection.execute(text("call evaluate_challenges()"))
    return waiting


def main() -> int:
    try:
        print(f"Challenges evaluated: {evaluate(connect()):,}")
    except DBAPIError as error:
        sys.exit(f"Not evaluated: {reason(error)}\nAn older schema? `make migrate` brings it up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
