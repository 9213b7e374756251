"""Commands for the operator: keys for partners, operators' rights, clubs. `python -m app.manage --help`"""

import argparse
import getpass
import re
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import DBAPIError

from app import db
from app.access import queries as access_queries
from app.access.caller import SCOPES
from app.access.keys import digest, new_key
from app.accounts import passwords
from app.accounts import queries as accounts
from app.accounts.schemas import RegisterIn
from fitburn.database import is_transient, make_engine, reason
from fitburn.settings import DatabaseSettings, read_settings
from fitburn.tables import clubs


def add_key(engine: Engine, arguments: argparse.Namespace) -> str:
    """A new key, which is shown this once."""
    scopes = sorted(set(arguments.scopes.split(",")))
    if unknown := set(scopes) - SCOPES:
        sys.exit(f"Unknown scopes: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(SCOPES))}")
    key = new_key()
    with engine.begin() as connection:
        club_id = _club_id(connection, arguments.club)
        key_id = access_queries.add_key(connection, club_id, arguments.name, digest(key), scopes)
    print(f"Key {key_id} of {arguments.name} in {arguments.club}; it is shown this once:", file=sys.stderr)
    return key


def revoke_key(engine: Engine, arguments: argparse.Namespace) -> str:
    with engine.begin() as connection:
        if not access_queries.revoke_key(connection, arguments.id):
            sys.exit(f"There is no working key {arguments.id}.")
    return f"Key {arguments.id} does not work any more."


def add_operator(engine: Engine, arguments: argparse.Namespace) -> str:
    """Make an operator, or give the rights of one to a member who has an account."""
    with engine.begin() as connection:
        club_id = _club_id(connection, arguments.club)
        if accounts.find_login(connection, arguments.club, arguments.email) is not None:
            accounts.promote(connection, arguments.club, arguments.email)
            return f"{arguments.email} is now an operator of {arguments.club}."
    # Outside of any transaction, since people take their time.
    account = _ask_for_account(arguments.club, arguments.email)
    values = {
        "club_id": club_id,
        "user_id": f"m-{uuid4()}",
        "email": account.email,
        "password_hash": passwords.hash_now(account.password.get_secret_value()),
        "display_name": account.display_name,
        "role": "operator",
    }
    with engine.begin() as connection:
        accounts.add_member(connection, values)
    return f"{arguments.email} can log in as an operator of {arguments.club}."


def _ask_for_account(club: str, email: str) -> RegisterIn:
    """The same rules as for members who register."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    account = {"email": email, "password": password, "display_name": email.partition("@")[0], "club": club}
    try:
        return RegisterIn.model_validate(account)
    except ValidationError as error:
        # Only names and reasons: a value may be the password.
        sys.exit("\n".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False)))


def add_club(engine: Engine, arguments: argparse.Namespace) -> str:
    values = {"slug": arguments.slug, "name": arguments.name, "time_zone": arguments.time_zone}
    with engine.begin() as connection:
        if db.find_club_id(connection, arguments.slug) is not None:
            sys.exit(f"There is a club {arguments.slug} already.")
        connection.execute(insert(clubs).values(values))
    return f"Club {arguments.slug} is there."


SET_VALIDITY = text("update clubs set points_valid_for = cast(:period as interval) where id = :club")
NOTE_VALIDITY = text("""
insert into audit_log (club_id, actor, action, subject_id, details)
values (:club, 'system:manage', 'club.points_validity_changed', :club, 
    jsonb_build_object('period', cast(:period as text)))
""")


def set_points_validity(engine: Engine, arguments: argparse.Namespace) -> str:
    """How long points can be spent. Nothing expires before a full period from now."""
    with engine.begin() as connection:
        values = {"club": _club_id(connection, arguments.club), "period": arguments.period}
        connection.execute(SET_VALIDITY, values)
        connection.execute(NOTE_VALIDITY, values)
    if arguments.period is None:
        return f"Points of {arguments.club} never expire."
    return (
        f"Points of {arguments.club} expire {arguments.period} after they are earned, none before that time from today."
    )


def _period(value: str) -> str | None:
    if value == "never":
        return None
    if not re.fullmatch(r"[1-9]\d{0,3} (day|month|year)s?", value):
        raise argparse.ArgumentTypeError("a period is such as '90 days', '12 months' or never")
    return value


def _club_id(connection: Connection, slug: str) -> UUID:
    club_id = db.find_club_id(connection, slug)
    if club_id is None:
        sys.exit(f"There is no club {slug}.")
    return club_id


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
    key.add_argument("--scopes", default="workouts:write,workouts:read,stats:read", help="joined by commas")
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
    club.add_argument("--time-zone", default="UTC", help="IANA name, such as Europe/Moscow")
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
