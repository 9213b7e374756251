"""What each command does; it returns the message to print."""

import argparse
import getpass
import sys
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, insert, text

from app import db
from app.access import queries as access_queries
from app.access.caller import SCOPES
from app.access.keys import digest, new_key
from app.accounts import passwords
from app.accounts import queries as accounts
from app.accounts.schemas import RegisterIn
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
    """Make an operator, or promote a member who has an account."""
    with engine.begin() as connection:
        club_id = _club_id(connection, arguments.club)
        if accounts.find_login(connection, arguments.club, arguments.email) is not None:
            accounts.promote(connection, arguments.club, arguments.email)
            return f"{arguments.email} is now an operator of {arguments.club}."
    # Outside of any transaction: typing a password takes a while.
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


def _club_id(connection: Connection, slug: str) -> UUID:
    club_id = db.find_club_id(connection, slug)
    if club_id is None:
        sys.exit(f"There is no club {slug}.")
    return club_id
