"""Accounts: registration, login, renewal, logout and passwords."""

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
from app.http.errors import EmailTakenError, FieldError, InvalidFieldsError, WrongCredentialsError, require_found
from app.http.problems import error_responses
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
    responses=error_responses(404, 409, 429),
)
async def register(request: Request, resources: Res, body: RegisterIn) -> Any:
    """Create an account in a club and log in."""
    resources.limits.consume_password_attempt(request.scope, body.club, body.email)
    password_hash = await passwords.hash_password(body.password.get_secret_value())
    member = await db.write(resources.engine, _add_member, body, password_hash)
    return await _open_session(resources, member, remember=body.remember)


@router.post("/login", response_model=TokenOut, summary="Log in", responses=error_responses(401, 429))
async def login(request: Request, resources: Res, body: LoginIn) -> Any:
    """A token for one hour that can be renewed for one day; with `remember`, a token for 30 days.

    These are the defaults; the service may be configured otherwise.
    """
    resources.limits.consume_password_attempt(request.scope, body.club, body.email)
    account = await db.read(resources.engine, queries.find_login, body.club, body.email)
    stored = account.password_hash if account is not None else None
    if not await passwords.verify_password(stored, body.password.get_secret_value()) or account is None:
        raise WrongCredentialsError("The address or the password is wrong.")
    return await _open_session(resources, account, remember=body.remember)


@router.post("/renew", response_model=TokenOut, summary="Stay logged in")
async def renew(request: Request, resources: Res, caller: MemberCaller) -> Any:
    """Exchange a valid token for one that expires later, at most at `renewable_until`.

    Both tokens belong to one session, so logging out ends both. The previous token stays valid until it expires, so
    that two pages may renew at the same time.
    """
    session = await resources.authenticator.renew_session(bearer(request))
    return session._asdict() | {"user_id": caller.user_id}


@router.post("/logout", status_code=204, summary="Log out")
async def logout(
    resources: Res,
    caller: MemberCaller,
    everywhere: Annotated[
        bool, Query(description="true: end all sessions of the member, on every device.", examples=[False])
    ] = False,
) -> Response:
    """The token stops working immediately, in every process of the service."""
    if everywhere:
        await resources.authenticator.end_sessions(caller.member_id)
    else:
        await resources.authenticator.end_session(caller.session)
    return Response(status_code=204)


@router.post("/password", status_code=204, summary="Change your password")
async def change_password(request: Request, resources: Res, caller: MemberCaller, body: PasswordIn) -> Response:
    """All other sessions of the member end; the present one stays."""
    resources.limits.consume_password_attempt(request.scope, str(caller.member_id))
    stored = await db.read(resources.engine, queries.find_password, caller.member_id)
    if stored is None or not await passwords.verify_password(stored, body.current_password.get_secret_value()):
        raise _wrong_password()
    new_hash = await passwords.hash_password(body.new_password.get_secret_value())
    await db.write(resources.engine, _change_password, caller, stored, new_hash)
    return Response(status_code=204)


async def _open_session(resources: Resources, account: Row, *, remember: bool) -> dict[str, Any]:
    """The response body with a new session's token. `account` has the member's id and user_id."""
    session = await resources.authenticator.open_session(account.id, remember=remember)
    return session._asdict() | {"user_id": account.user_id}


def _wrong_password() -> InvalidFieldsError:
    """422, not 401, which would mean that the token is invalid."""
    return InvalidFieldsError([FieldError("/current_password", "wrong_password", "The current password is wrong.")])


def _change_password(connection: Connection, caller: Member, old_hash: str, new_hash: str) -> None:
    if not queries.change_password(connection, caller.member_id, old_hash, new_hash):
        raise _wrong_password()
    sessions.revoke_sessions(connection, caller.member_id, keep=caller.session)


def _add_member(connection: Connection, body: RegisterIn, password_hash: str) -> Row:
    values = {
        "club_id": require_found(db.find_club_id(connection, body.club), "club"),
        # Random, so that a person cannot register with the user_id of a member whom a partner created.
        "user_id": f"m-{uuid4()}",
        "email": body.email,
        "password_hash": password_hash,
        "display_name": body.display_name,
    }
    try:
        return queries.add_member(connection, values)
    except IntegrityError:
        raise EmailTakenError("This address already has an account. Log in instead.") from None
