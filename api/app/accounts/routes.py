"""Members come in, stay and go out."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app import db
from app.access import queries as access_queries
from app.access.authentication import Access
from app.access.caller import Caller
from app.access.rights import MemberCaller, bearer
from app.accounts import passwords, queries
from app.accounts.schemas import LoginIn, PasswordIn, RegisterIn, TokenOut
from app.db import Row
from app.http.errors import EmailTakenError, FieldError, InvalidFieldsError, NotFoundError, WrongCredentialsError
from app.http.problems import answers
from app.http.rate_limits import RateLimits

router = APIRouter(prefix="/auth", tags=["access"])


@router.post(
    "/register",
    status_code=201,
    response_model=TokenOut,
    summary="Become a member",
    responses=answers(400, 404, 409, 413, 415, 422, 429, 503),
)
async def register(request: Request, body: RegisterIn) -> Any:
    """Make an account in a club and log in."""
    _spend_password(request, body)
    password_hash = await passwords.hash_password(body.password.get_secret_value())
    member = await run_in_threadpool(_add_member, request.app.state.engine, body, password_hash)
    return await _token(request, member.id, member.user_id, remember=body.remember)


@router.post("/login", response_model=TokenOut, summary="Log in", responses=answers(400, 401, 413, 415, 422, 503))
async def login(request: Request, body: LoginIn) -> Any:
    """A token for an hour that can be renewed for a day, or for 30 days with `remember`, unless set otherwise."""
    _spend_password(request, body)
    known = await run_in_threadpool(_find_login, request.app.state.engine, body)
    stored = known.password_hash if known is not None else None
    if not await passwords.verify_password(stored, body.password.get_secret_value()) or known is None:
        raise WrongCredentialsError("The address or the password is wrong.")
    return await _token(request, known.id, known.user_id, remember=body.remember)


@router.post("/renew", response_model=TokenOut, summary="Stay logged in", responses=answers(401, 403, 503))
async def renew(request: Request, caller: MemberCaller) -> Any:
    """A token that ends later, for one that is still good. There is a last moment: `renewable_until`.

    Both are of one session: to log out ends them together. The one before works for as long as it said, so that two
    pages may renew at the same time.
    """
    access: Access = request.app.state.access
    session = await access.renew_session(bearer(request))
    return session._asdict() | {"user_id": caller.user_id}


@router.post("/logout", status_code=204, summary="Log out", responses=answers(401, 403, 422, 503))
async def logout(
    request: Request,
    caller: MemberCaller,
    everywhere: Annotated[
        bool, Query(description="true: all sessions of the member end, on every device.", examples=[False])
    ] = False,
) -> Response:
    """The token stops working at once, at every process of the service."""
    access: Access = request.app.state.access
    if everywhere:
        await access.end_sessions(UUID(caller.member_id))
    else:
        assert caller.session is not None
        await access.end_session(caller.session)
    return Response(status_code=204)


@router.post(
    "/password",
    status_code=204,
    summary="Change one's password",
    responses=answers(400, 401, 403, 413, 415, 422, 503),
)
async def change_password(request: Request, caller: MemberCaller, body: PasswordIn) -> Response:
    """Whoever knew the old one is out: all other sessions of the member end. This one stays."""
    engine: Engine = request.app.state.engine
    limits: RateLimits = request.app.state.rate_limits
    limits.spend_password(request.scope, str(caller.member_id))
    stored = await run_in_threadpool(_find_password, engine, caller)
    if stored is None or not await passwords.verify_password(stored, body.current_password.get_secret_value()):
        raise _wrong_password()
    new_hash = await passwords.hash_password(body.new_password.get_secret_value())
    await run_in_threadpool(_change_password, engine, caller, stored, new_hash)
    return Response(status_code=204)


async def _token(request: Request, member_id: UUID, user_id: str, *, remember: bool) -> dict[str, Any]:
    access: Access = request.app.state.access
    session = await access.open_session(member_id, remember=remember)
    return session._asdict() | {"user_id": user_id}


def _wrong_password() -> InvalidFieldsError:
    """A field like others: 401 would say that the token is no good."""
    return InvalidFieldsError([FieldError("/current_password", "wrong_password", "This is not the password.")])


def _find_password(engine: Engine, caller: Caller) -> str | None:
    with engine.connect() as connection:
        return queries.find_password(connection, UUID(caller.member_id))


def _change_password(engine: Engine, caller: Caller, old_hash: str, new_hash: str) -> None:
    member_id = UUID(caller.member_id)
    with engine.begin() as connection:
        if not queries.change_password(connection, member_id, old_hash, new_hash):
            raise _wrong_password()
        access_queries.revoke_sessions(connection, member_id, but=caller.session)


def _spend_password(request: Request, body: LoginIn | RegisterIn) -> None:
    limits: RateLimits = request.app.state.rate_limits
    limits.spend_password(request.scope, body.club, body.email)


def _add_member(engine: Engine, body: RegisterIn, password_hash: str) -> Row:
    with engine.begin() as connection:
        club_id = db.find_club_id(connection, body.club)
        if club_id is None:
            raise NotFoundError("There is no such club.")
        values = {
            "club_id": club_id,
            # Not to be guessed or chosen, so that nobody registers as a member that a partner brought.
            "user_id": f"m-{uuid4()}",
            "email": body.email,
            "password_hash": password_hash,
            "display_name": body.display_name,
        }
        try:
            return queries.add_member(connection, values)
        except IntegrityError:
            raise EmailTakenError("This address has an account already. Log in instead.") from None


def _find_login(engine: Engine, body: LoginIn) -> Row | None:
    with engine.connect() as connection:
        return queries.find_login(connection, body.club, body.email)
