"""Members come in and go out."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app import passwords, people
from app.access import Access, MemberCaller
from app.errors import EmailTakenError, NotFoundError, WrongCredentialsError
from app.member_schemas import LoginIn, RegisterIn, TokenOut
from app.people import AnyRow
from app.problems import answers

router = APIRouter(prefix="/auth", tags=["access"])


@router.post(
    "/register",
    status_code=201,
    response_model=TokenOut,
    summary="Become a member",
    responses=answers(400, 404, 409, 413, 415, 422, 503),
)
async def register(request: Request, body: RegisterIn) -> Any:
    """Make an account in a club and log in."""
    password_hash = await passwords.hash_password(body.password.get_secret_value())
    member = await run_in_threadpool(_add_member, request.app.state.engine, body, password_hash)
    return await _token(request, member.id, member.user_id)


@router.post("/login", response_model=TokenOut, summary="Log in", responses=answers(400, 401, 413, 415, 422, 503))
async def login(request: Request, body: LoginIn) -> Any:
    """A token for an hour, unless the service is set otherwise."""
    known = await run_in_threadpool(_find_login, request.app.state.engine, body)
    stored = known.password_hash if known is not None else None
    if not await passwords.verify_password(stored, body.password.get_secret_value()) or known is None:
        raise WrongCredentialsError("The address or the password is wrong.")
    return await _token(request, known.id, known.user_id)


@router.post("/logout", status_code=204, summary="Log out", responses=answers(401, 403, 503))
async def logout(request: Request, caller: MemberCaller) -> Response:
    """The token stops working at once, everywhere."""
    access: Access = request.app.state.access
    assert caller.session is not None
    await access.end_session(caller.session)
    return Response(status_code=204)


async def _token(request: Request, member_id: UUID, user_id: str) -> dict[str, Any]:
    access: Access = request.app.state.access
    token, expires_at = await access.open_session(member_id)
    return {"access_token": token, "expires_at": expires_at, "user_id": user_id}


def _add_member(engine: Engine, body: RegisterIn, password_hash: str) -> AnyRow:
    with engine.begin() as connection:
        club_id = people.find_club_id(connection, body.club)
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
            return people.add_member(connection, values)
        except IntegrityError:
            raise EmailTakenError("This address has an account already. Log in instead.") from None


def _find_login(engine: Engine, body: LoginIn) -> AnyRow | None:
    with engine.connect() as connection:
        return people.find_login(connection, body.club, body.email)
