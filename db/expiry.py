"""Expires what is due: python -m db.expiry points [--day DAY] | redemptions

Calls the functions of the database that the DAGs `expire_points` and `expire_redemptions` call. Idempotent.
"""

import argparse
import sys
from datetime import date

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.connection import connect
from fitburn.database import reason


def main() -> int:
    args = _parse(sys.argv[1:])
    engine = connect()
    try:
        with engine.begin() as connection:
            if args.what == "points":
                points = connection.execute(text("select expire_points(:day)"), {"day": args.day}).scalar_one()
                print(f"{points:,} points have expired.")
            else:
                redemptions = connection.execute(text("select expire_redemptions()")).scalar_one()
                print(f"{redemptions:,} redemptions have expired; their points and stock are back.")
    except DBAPIError as error:
        sys.exit(f"Nothing has expired: {reason(error)}\nAn older schema? `make migrate` brings it up to date.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m db.expiry", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("points", "redemptions"))
    parser.add_argument(
        "--day", type=date.fromisoformat, help="as of this day (today in each club's zone; never later than that)"
    )
    args = parser.parse_args(arguments)
    if args.day and args.what == "redemptions":
        parser.error("redemptions expire by the hour: leave --day out")
    return args


if __name__ == "__main__":
    sys.exit(main())
