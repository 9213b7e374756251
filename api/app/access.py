"""Who calls: a partner with a key, or a member with a token; and what they may do."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import jwt
from fastapi import Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from sqlalchemy import Engine

from app import people
from app.errors import ForbiddenError, UnauthenticatedError
from app.rate_limits import RateLimits
from app.settings import ApiSettings

KEY_PREFIX = "fbk_"
KEY_TRUST_SEC = 30.0
"""How long a key is trusted without asking; a notice of its revocation comes sooner."""
MAX_TRUSTED_KEYS = 10_000

WRITE, READ, STATS = "workouts:write", "workouts:read", "stats:read"
SCOPES = frozenset({WRITE, READ, STATS})
ALGORITHM = "HS256"
UNKNOWN = "This key or token is unknown, revoked or expired."


class Session(NamedTuple):
    """A signed token, when it ends by itself, and to when it can be renewed."""

    access_token: str
    expires_at: datetime
    renewable_until: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request. `member_id` is None for a partner, who sees the whole club."""

    club_id: str
    source: str
    scopes: frozenset[str]
    member_id: str | None = None
    user_id: str | None = None
    role: str = "partner"
    session: bytes | None = None
    key_id: str | None = None

    @property
    def sees_only(self) -> str | None:
        """The one member whose data the caller may see; None for partners and operators, who see the club."""
        return self.member_id if self.role == "member" else None


def digest(secret: str) -> bytes:
    """What is kept of a secret that is long and random by itself."""
    return hashlib.sha256(secret.encode()).digest()


def new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


class Access:
    """Turns the Authorization header into a caller.

    Partners' keys are remembered for a moment, so that the hot path asks nobody; `forget` ends that, and so does
    losing the connection that would tell of a revocation. Members' sessions are looked up each time.
    """

    def __init__(self, engine: Engine, settings: ApiSettings, listening: Callable[[], bool]) -> None:
        self._engine = engine
        self._listening = listening
        self._generation = 0
        self._secret = settings.fitburn_token_secret.get_secret_value()
        self._settings = settings
        self._trusted: dict[bytes, tuple[float, Caller]] = {}

    def forget(self) -> None:
        self._generation += 1
        self._trusted.clear()

    async def caller(self, secret: str) -> Caller:
        """Raises UnauthenticatedError for anything that does not open the door."""
        caller = await (self._partner(secret) if secret.startswith(KEY_PREFIX) else self._member(secret))
        if caller is None:
            raise UnauthenticatedError(UNKNOWN)
        return caller

    async def open_session(self, member_id: UUID, *, remember: bool) -> Session:
        """A token for the member. One that is remembered lasts to the end without being renewed."""
        settings = self._settings
        now = datetime.now(UTC).replace(microsecond=0)
        renewable_until = now + (settings.remembered_lifetime if remember else settings.session_lifetime)
        expires_at = renewable_until if remember else min(now + settings.token_lifetime, renewable_until)
        name = secrets.token_urlsafe(24)
        await run_in_threadpool(self._write, people.add_session, digest(name), member_id, expires_at, renewable_until)
        return self._signed(name, expires_at, renewable_until)

    async def renew_session(self, token: str) -> Session:
        """A later token of the same session; the one before stays good for as long as it said."""
        name = self._session_name(token)
        wished = (datetime.now(UTC) + self._settings.token_lifetime).replace(microsecond=0)
        renewed = await run_in_threadpool(self._write, people.renew_session, digest(name), wished)
        if renewed is None:
            raise UnauthenticatedError(UNKNOWN)
        return self._signed(name, renewed.expires_at, renewed.renewable_until)

    async def end_session(self, session: bytes) -> None:
        await run_in_threadpool(self._write, people.revoke_session, session)

    async def end_sessions(self, member_id: UUID) -> None:
        """All sessions of a member."""
        await run_in_threadpool(self._write, people.revoke_sessions, member_id)

    def _signed(self, name: str, expires_at: datetime, renewable_until: datetime) -> Session:
        token = jwt.encode({"sid": name, "exp": expires_at}, self._secret, ALGORITHM)
        return Session(token, expires_at, renewable_until)

    def _session_name(self, token: str) -> str:
        """Empty for a token that was not made here, or is over."""
        try:
            claims = jwt.decode(token, self._secret, [ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.InvalidTokenError:
            return ""
        return str(claims["sid"])

    async def _partner(self, secret: str) -> Caller | None:
        key_hash = digest(secret)
        trusted = self._trusted.get(key_hash)
        if trusted is not None and trusted[0] > time.monotonic() and self._listening():
            return trusted[1]
        generation = self._generation
        row = await run_in_threadpool(self._query, people.find_key, key_hash)
        if row is None:
            self._trusted.pop(key_hash, None)
            return None
        caller = Caller(str(row.club_id), f"partner:{row.name}", frozenset(row.scopes), key_id=str(row.id))
        if len(self._trusted) >= MAX_TRUSTED_KEYS:
            self._trusted.clear()
        # A revocation may have been told while the query was under way.
        if generation == self._generation:
            self._trusted[key_hash] = (time.monotonic() + KEY_TRUST_SEC, caller)
        return caller

    async def _member(self, secret: str) -> Caller | None:
        name = self._session_name(secret)
        if not name:
            return None
        session = digest(name)
        row = await run_in_threadpool(self._query, people.find_session, session)
        if row is None:
            return None
        return Caller(
            str(row.club_id), f"member:{row.member_id}", SCOPES, str(row.member_id), row.user_id, row.role, session
        )

    def _query(self, query: Any, *arguments: Any) -> Any:
        with self._engine.connect() as connection:
            return query(connection, *arguments)

    def _write(self, statement: Any, *arguments: Any) -> Any:
        with self._engine.begin() as connection:
            return statement(connection, *arguments)


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
