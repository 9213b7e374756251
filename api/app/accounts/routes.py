"""Accounts: registration, log-in, renewal, log-out and passwords."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import Query, Request, Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app import db
from app.access import queries as sessions
from app.access.caller import Member
from app.accounts import passwords, queries
from app.accounts.schemas import LoginIn, PasswordIn, RegisterIn, TokenOut
from app.http.errors import EmailTakenError, FieldError, InvalidFieldsError, WrongCredentialsError, found
from app.http.problems import answers
from app.http.routing import noun_router
from app.resources import Res, Resources
from app.rights import MemberCaller, bearer
from fitburn.database import Row

router = noun_router("access", "/auth")


@router.post(
    "/register",
    status_code=201,
    response_model=TokenOut,
    summary="Become a member",
    responses=answers(404, 409, 429),
)
async def register(request: Request, resources: Res, body: RegisterIn) -> Any:
    """Make an account in a club and log in."""
    resources.limits.spend_password(request.scope, body.club, body.email)
    password_hash = await passwords.hash_password(body.password.get_secret_value())
    member = await db.write(resources.engine, _add_member, body, password_hash)
    return await _token(resources, member, remember=body.remember)


@router.post("/login", response_model=TokenOut, summary="Log in", responses=answers(401, 429))
async def login(request: Request, resources: Res, body: LoginIn) -> Any:
    """A token for an hour that can be renewed for a day, or for 30 days with `remember`, unless set otherwise."""
    resources.limits.spend_password(request.scope, body.club, body.email)
    account = await db.read(resources.engine, queries.find_login, body.club, body.email)
    stored = account.password_hash if account is not None else None
    if not await passwords.verify_password(stored, body.password.get_secret_value()) or account is None:
        raise WrongCredentialsError("The address or the password is wrong.")
    return await _token(resources, account, remember=body.remember)


@router.post("/renew", response_model=TokenOut, summary="Stay logged in")
async def renew(request: Request, resources: Res, caller: MemberCaller) -> Any:
    """A token that ends later, for one that is still good. There is a last moment: `renewable_until`.

    Both are of one session: to log out ends them together. The one before works for as long as it said, so that two
    pages may renew at the same time.
    """
    session = await resources.authenticator.renew_session(bearer(request))
    return session._asdict() | {"user_id": caller.user_id}


@router.post("/logout", status_code=204, summary="Log out")
async def logout(
    resources: Res,
    caller: MemberCaller,
    everywhere: Annotated[
        bool, Query(description="true: all sessions of the member end, on every device.", examples=[False])
    ] = False,
) -> Response:
    """The token stops working at once, at every process of the service."""
    if everywhere:
        await resources.authenticator.end_sessions(caller.member_id)
    else:
        await resources.authenticator.end_session(caller.session)
    return Response(status_code=204)


@router.post("/password", status_code=204, summary="Change one's password")
async def change_password(request: Request, resources: Res, caller: MemberCaller, body: PasswordIn) -> Response:
    """Whoever knew the old one is out: all other sessions of the member end. This one stays."""
    resources.limits.spend_password(request.scope, str(caller.member_id))
    stored = await db.read(resources.engine, queries.find_password, caller.member_id)
    if stored is None or not await passwords.verify_password(stored, body.current_password.get_secret_value()):
        raise _wrong_password()
    new_hash = await passwords.hash_password(body.new_password.get_secret_value())
    await db.write(resources.engine, _change_password, caller, stored, new_hash)
    return Response(status_code=204)


async def _token(resources: Resources, account: Row, *, remember: bool) -> dict[str, Any]:
    """A token of a new session; `account` has id and user_id of the member."""
    session = await resources.authenticator.open_session(account.id, remember=remember)
    return session._asdict() | {"user_id": account.user_id}


def _wrong_password() -> InvalidFieldsError:
    """An invalid field like any other: 401 would mean that the token is invalid."""
    return InvalidFieldsError([FieldError("/current_password", "wrong_password", "This is not the password.")])


def _change_password(connection: Connection, caller: Member, old_hash: str, new_hash: str) -> None:
    if not queries.change_password(connection, caller.member_id, old_hash, new_hash):
        raise _wrong_password()
    sessions.revoke_sessions(connection, caller.member_id, but=caller.session)


def _add_member(connection: Connection, body: RegisterIn, password_hash: str) -> Row:
    values = {
        "club_id": found(db.find_club_id(connection, body.club), "club"),
        # Random, so that a person cannot register under the id of a member whom a partner brought.
        "user_id": f"m-{uuid4()}",
        "email": body.email,
        "password_hash": password_hash,
        "display_name": body.display_name,
    }
    try:
        return queries.add_member(connection, values)
    except IntegrityError:
        raise EmailTakenError("This address has an account already. Log in instead.") from None
