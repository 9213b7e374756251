"""Authorization: the rights that a route requires, as the type of its caller, and the members it may see."""

from collections.abc import Callable
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from sqlalchemy import Connection

from app import db
from app.access.caller import READ, STATS, WRITE, Caller, Member
from app.http.errors import ForbiddenError, UnauthenticatedError
from app.resources import resources_of


def bearer(request: Request) -> str:
    """The key or token of the request. Raises UnauthenticatedError if it has none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise UnauthenticatedError("Send the header Authorization: Bearer followed by a key or token.")
    return secret


class Right(NamedTuple):
    """A condition on the caller, and the error text for callers who do not meet it."""

    allows: Callable[[Caller], bool]
    refusal: str


class Requires(SecurityBase):
    """A dependency that authenticates the caller, applies the rate limit and checks rights.

    One dependency instead of three, because every request needs all of it. Raises UnauthenticatedError,
    TooManyRequestsError, ForbiddenError.
    """

    def __init__(self, *rights: Right) -> None:
        self.model = HTTPBearerModel(
            bearerFormat="fbk_… or a member's token", description="A partner's key, or the token from /auth/login."
        )
        self.scheme_name = "KeyOrToken"
        self._rights = rights

    async def __call__(self, request: Request) -> Caller:
        resources = resources_of(request)
        caller = await resources.authenticator.caller(bearer(request))
        if isinstance(caller, Member):
            resources.limits.member.consume(request.scope, str(caller.member_id))
        else:
            resources.limits.key.consume(request.scope, str(caller.key_id))
        for right in self._rights:
            if not right.allows(caller):
                raise ForbiddenError(right.refusal)
        return caller


def _scope(scope: str) -> Right:
    return Right(lambda caller: scope in caller.scopes, f"This key does not have the scope {scope}.")


_MEMBER = Right(
    lambda caller: isinstance(caller, Member), "Only a member who has logged in can do this, not a partner's key."
)
_OPERATOR = Right(lambda caller: caller.role == "operator", "Only an operator of the club can do this.")
_WHOLE_CLUB = Right(
    lambda caller: caller.sees_only is None, "Only an operator or a partner can see this, not a member."
)

AnyCaller = Annotated[Caller, Security(Requires())]
Writer = Annotated[Caller, Security(Requires(_scope(WRITE)))]
Reader = Annotated[Caller, Security(Requires(_scope(READ)))]
StatsReader = Annotated[Caller, Security(Requires(_scope(STATS)))]
ClubReader = Annotated[Caller, Security(Requires(_scope(STATS), _WHOLE_CLUB))]
MemberCaller = Annotated[Member, Security(Requires(_MEMBER))]
Operator = Annotated[Member, Security(Requires(_OPERATOR))]


def visible_member(connection: Connection, caller: Caller, user_id: str | None) -> UUID | None:
    """Id of the member whose data to show. Without `user_id`: the caller if they may see no other, else None (all).

    Raises NotFoundError as `member_of_club` does.
    """
    if user_id is None:
        return caller.sees_only
    return db.member_of_club(connection, caller.club_id, user_id, sees_only=caller.sees_only)
