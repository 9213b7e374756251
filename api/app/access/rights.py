"""The right that a route requires, as the type of its caller."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from app.access.authentication import Access
from app.access.caller import READ, STATS, WRITE, Caller
from app.http.errors import ForbiddenError, UnauthenticatedError
from app.http.rate_limits import RateLimits


def bearer(request: Request) -> str:
    """The key or token that was sent. Raises UnauthenticatedError without one."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise UnauthenticatedError("Send the header Authorization: Bearer followed by a key or token.")
    return secret


class _Opens(SecurityBase):
    """A dependency that lets pass only callers with a scope, or only members, operators, or those who see the club.

    One step for what every request needs.
    """

    def __init__(
        self,
        *,
        scope: str | None = None,
        members_only: bool = False,
        operators_only: bool = False,
        whole_club: bool = False,
    ) -> None:
        self.model = HTTPBearerModel(
            bearerFormat="fbk_… or a member's token", description="A partner's key, or the token from /auth/login."
        )
        self.scheme_name = "KeyOrToken"
        self._scope = scope
        self._members_only = members_only
        self._operators_only = operators_only
        self._whole_club = whole_club

    async def __call__(self, request: Request) -> Caller:
        access: Access = request.app.state.access
        caller = await access.caller(bearer(request))
        limits: RateLimits = request.app.state.rate_limits
        if caller.member_id is None:
            limits.key.spend(request.scope, str(caller.key_id))
        else:
            limits.member.spend(request.scope, caller.member_id)
        if self._scope is not None and self._scope not in caller.scopes:
            raise ForbiddenError(f"This key does not have the scope {self._scope}.")
        if self._members_only and caller.member_id is None:
            raise ForbiddenError("Only a member who has logged in can do this, not a partner's key.")
        if self._operators_only and caller.role != "operator":
            raise ForbiddenError("Only an operator of the club can do this.")
        if self._whole_club and caller.sees_only is not None:
            raise ForbiddenError("Only an operator or a partner can see this, not a member.")
        return caller


Writer = Annotated[Caller, Security(_Opens(scope=WRITE))]
Reader = Annotated[Caller, Security(_Opens(scope=READ))]
StatsReader = Annotated[Caller, Security(_Opens(scope=STATS))]
ClubReader = Annotated[Caller, Security(_Opens(scope=STATS, whole_club=True))]
MemberCaller = Annotated[Caller, Security(_Opens(members_only=True))]
Operator = Annotated[Caller, Security(_Opens(operators_only=True))]
