"""Commands for the operator: keys for partners, operators' rights, clubs. `python -m app.manage --help`"""

import argparse
import re
import sys
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.access.caller import READ, STATS, WRITE
from app.manage.commands import add_club, add_key, add_operator, revoke_key, set_points_validity
from fitburn.database import is_transient, make_engine, reason
from fitburn.settings import DatabaseSettings, read_settings


def _period(value: str) -> str | None:
    if value == "never":
        return None
    if not re.fullmatch(r"[1-9]\d{0,3} (day|month|year)s?", value):
        raise argparse.ArgumentTypeError("a period is such as '90 days', '12 months' or never")
    return value


def _name(value: str) -> str:
    if not value.strip():
        raise argparse.ArgumentTypeError("a name has at least one character")
    return value


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise argparse.ArgumentTypeError("a short name has up to 63 small letters, digits and hyphens")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.manage", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Engine, argparse.Namespace], str], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    key = command("key", add_key, "make a partner's key and show it once")
    key.add_argument("--club", default="main")
    key.add_argument(
        "--name", type=_name, default="partner", help="the partner; keys of one name share idempotency keys"
    )
    key.add_argument("--scopes", default=f"{WRITE},{READ},{STATS}", help="joined by commas")
    revoke = command("revoke-key", revoke_key, "end a key")
    revoke.add_argument("id", type=UUID, help="the key's id, as it was shown when it was made")
    operator = command("operator", add_operator, "make an operator; asks for a password if the address is new")
    operator.add_argument("--club", default="main")
    operator.add_argument("email")
    validity = command("points-validity", set_points_validity, "say how long points can be spent")
    validity.add_argument("--club", default="main")
    validity.add_argument("period", type=_period, help="such as '90 days' or '12 months'; never: for ever")
    club = command("club", add_club, "set up a club")
    club.add_argument("slug", type=_slug, help="short name for commands and log-ins, such as north-side")
    club.add_argument("--name", type=_name, required=True)
    club.add_argument("--time-zone", default="UTC", help="IANA name of the region, such as Europe/Moscow")
    return parser


def main() -> None:
    arguments = _parser().parse_args()
    engine = make_engine(read_settings(DatabaseSettings), "fitburn-manage")
    try:
        message = arguments.run(engine, arguments)
    except DBAPIError as error:
        away = (
            "The database cannot be reached; see DATABASE_URL" if is_transient(error) else "The database refuses this"
        )
        sys.exit(f"{away}. {reason(error)}")
    print(message)


if __name__ == "__main__":
    main()
