"""Who calls: a partner with a key, or a member with a token; and what they may do."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
from fastapi import Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from sqlalchemy import Engine

from app import people
from app.errors import ForbiddenError, UnauthenticatedError
from app.settings import ApiSettings

KEY_PREFIX = "fbk_"
KEY_TRUST_SEC = 30.0
"""How long a key is trusted without asking; a notice of its revocation comes sooner."""
MAX_TRUSTED_KEYS = 10_000

WRITE, READ, STATS = "workouts:write", "workouts:read", "stats:read"
SCOPES = frozenset({WRITE, READ, STATS})
ALGORITHM = "HS256"


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
        self._lifetime = settings.token_lifetime
        self._trusted: dict[bytes, tuple[float, Caller]] = {}

    def forget(self) -> None:
        self._generation += 1
        self._trusted.clear()

    async def caller(self, secret: str) -> Caller:
        """Raises UnauthenticatedError for anything that does not open the door."""
        caller = await (self._partner(secret) if secret.startswith(KEY_PREFIX) else self._member(secret))
        if caller is None:
            raise UnauthenticatedError("This key or token is unknown, revoked or expired.")
        return caller

    async def open_session(self, member_id: UUID) -> tuple[str, datetime]:
        """A signed token for the member, and when it ends."""
        name = secrets.token_urlsafe(24)
        expires_at = (datetime.now(UTC) + self._lifetime).replace(microsecond=0)
        await run_in_threadpool(self._add_session, digest(name), member_id, expires_at)
        return jwt.encode({"sid": name, "exp": expires_at}, self._secret, ALGORITHM), expires_at

    async def end_session(self, session: bytes) -> None:
        await run_in_threadpool(self._revoke_session, session)

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
        caller = Caller(str(row.club_id), f"partner:{row.name}", frozenset(row.scopes))
        if len(self._trusted) >= MAX_TRUSTED_KEYS:
            self._trusted.clear()
        # A revocation may have been told while the query was under way.
        if generation == self._generation:
            self._trusted[key_hash] = (time.monotonic() + KEY_TRUST_SEC, caller)
        return caller

    async def _member(self, secret: str) -> Caller | None:
        try:
            claims = jwt.decode(secret, self._secret, [ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.InvalidTokenError:
            return None
        session = digest(str(claims["sid"]))
        row = await run_in_threadpool(self._query, people.find_session, session)
        if row is None:
            return None
        return Caller(
            str(row.club_id), f"member:{row.member_id}", SCOPES, str(row.member_id), row.user_id, row.role, session
        )

    def _query(self, query: Any, *arguments: Any) -> Any:
        with self._engine.connect() as connection:
            return query(connection, *arguments)

    def _add_session(self, token_hash: bytes, member_id: UUID, expires_at: datetime) -> None:
        with self._engine.begin() as connection:
            people.add_session(connection, token_hash, member_id, expires_at)

    def _revoke_session(self, token_hash: bytes) -> None:
        with self._engine.begin() as connection:
            people.revoke_session(connection, token_hash)


class _Opens(SecurityBase):
    """A dependency that lets pass only callers with a scope, or only members. One step for what every request needs."""

    def __init__(self, *, scope: str | None = None, members_only: bool = False) -> None:
        self.model = HTTPBearerModel(
            bearerFormat="fbk_… or a member's token", description="A partner's key, or the token from /auth/login."
        )
        self.scheme_name = "KeyOrToken"
        self._scope = scope
        self._members_only = members_only

    async def __call__(self, request: Request) -> Caller:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise UnauthenticatedError("Send the header Authorization: Bearer followed by a key or token.")
        access: Access = request.app.state.access
        caller = await access.caller(secret)
        if self._scope is not None and self._scope not in caller.scopes:
            raise ForbiddenError(f"This key does not have the scope {self._scope}.")
        if self._members_only and caller.member_id is None:
            raise ForbiddenError("Only a member who has logged in can do this, not a partner's key.")
        return caller


Writer = Annotated[Caller, Security(_Opens(scope=WRITE))]
Reader = Annotated[Caller, Security(_Opens(scope=READ))]
StatsReader = Annotated[Caller, Security(_Opens(scope=STATS))]
MemberCaller = Annotated[Caller, Security(_Opens(members_only=True))]
