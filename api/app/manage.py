"""Commands for the operator: keys for partners, operators' rights, clubs. `python -m app.manage --help`"""

import argparse
import getpass
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from app import access, passwords, people
from fitburn.database import make_engine
from fitburn.settings import DatabaseSettings, read_settings
from fitburn.tables import clubs


def add_key(connection: Connection, arguments: argparse.Namespace) -> str:
    """A new key, which is shown this once."""
    scopes = sorted(set(arguments.scopes.split(",")))
    if unknown := set(scopes) - access.SCOPES:
        sys.exit(f"Unknown scopes: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(access.SCOPES))}")
    key = access.new_key()
    key_id = people.add_key(
        connection, _club_id(connection, arguments.club), arguments.name, access.digest(key), scopes
    )
    print(f"Key {key_id} of {arguments.name} in {arguments.club}; it is shown this once:", file=sys.stderr)
    return key


def revoke_key(connection: Connection, arguments: argparse.Namespace) -> str:
    if not people.revoke_key(connection, arguments.id):
        sys.exit(f"There is no working key {arguments.id}.")
    return f"Key {arguments.id} does not work any more."


def add_operator(connection: Connection, arguments: argparse.Namespace) -> str:
    """Make an operator, or give the rights of one to a member who has an account."""
    club_id = _club_id(connection, arguments.club)
    if people.find_login(connection, arguments.club, arguments.email) is not None:
        people.promote(connection, arguments.club, arguments.email)
        return f"{arguments.email} is now an operator of {arguments.club}."
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < 10:
        sys.exit("A password has at least 10 characters.")
    people.add_member(
        connection,
        {
            "club_id": club_id,
            "user_id": f"m-{uuid4()}",
            "email": arguments.email,
            "password_hash": passwords.hash_now(password),
            "display_name": arguments.email.split("@")[0],
            "role": "operator",
        },
    )
    return f"{arguments.email} can log in as an operator of {arguments.club}."


def add_club(connection: Connection, arguments: argparse.Namespace) -> str:
    values = {"slug": arguments.slug, "name": arguments.name, "time_zone": arguments.time_zone}
    connection.execute(insert(clubs).values(values))
    return f"Club {arguments.slug} is there."


def _club_id(connection: Connection, slug: str) -> UUID:
    club_id = people.find_club_id(connection, slug)
    if club_id is None:
        sys.exit(f"There is no club {slug}.")
    return club_id


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.manage", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Connection, argparse.Namespace], str], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    key = command("key", add_key, "make a partner's key and show it once")
    key.add_argument("--club", default="main")
    key.add_argument("--name", default="partner", help="the partner; keys of one name share idempotency keys")
    key.add_argument("--scopes", default="workouts:write,workouts:read,stats:read", help="joined by commas")
    revoke = command("revoke-key", revoke_key, "end a key")
    revoke.add_argument("id", type=UUID, help="the key's id, as it was shown when it was made")
    operator = command("operator", add_operator, "make an operator; asks for a password if the address is new")
    operator.add_argument("--club", default="main")
    operator.add_argument("email")
    club = command("club", add_club, "set up a club")
    club.add_argument("slug")
    club.add_argument("--name", required=True)
    club.add_argument("--time-zone", default="UTC", help="IANA name, such as Europe/Moscow")
    return parser


def main() -> None:
    arguments = _parser().parse_args()
    engine = make_engine(read_settings(DatabaseSettings), "fitburn-manage")
    with engine.begin() as connection:
        message = arguments.run(connection, arguments)
    print(message)


if __name__ == "__main__":
    main()
