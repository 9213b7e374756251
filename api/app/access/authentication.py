"""Authentication: finds the caller behind a partner's key or a member's token."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import jwt
from sqlalchemy import Engine

from app import db
from app.access import queries
from app.access.caller import Caller, Member, Partner
from app.access.keys import KEY_PREFIX, digest
from app.http.errors import UnauthenticatedError
from app.settings import ApiSettings

KEY_CACHE_SEC = 30.0
"""How long a key is cached. A notification clears the cache when a key is revoked."""
MAX_CACHED_KEYS = 10_000

ALGORITHM = "HS256"
UNKNOWN = "This key or token is unknown, revoked or expired."


class Session(NamedTuple):
    """A signed token, when it expires unless renewed, and until when it can be renewed."""

    access_token: str
    expires_at: datetime
    renewable_until: datetime


class Authenticator:
    """Turns the Authorization header into a caller.

    Partners' keys are cached briefly, so that the hot path needs no query. `forget` clears the cache; while the
    connection that delivers revocations is down, the cache is bypassed. Members' sessions are read on each request.
    """

    def __init__(self, engine: Engine, settings: ApiSettings, listening: Callable[[], bool]) -> None:
        self._engine = engine
        self._listening = listening
        self._generation = 0
        self._secret = settings.fitburn_token_secret.get_secret_value()
        self._settings = settings
        self._cached_keys: dict[bytes, tuple[float, Partner]] = {}

    def forget(self) -> None:
        self._generation += 1
        self._cached_keys.clear()

    async def caller(self, secret: str) -> Caller:
        """The caller behind a key or token. Raises UnauthenticatedError if it is unknown, revoked or expired."""
        caller = await (self._partner(secret) if secret.startswith(KEY_PREFIX) else self._member(secret))
        if caller is None:
            raise UnauthenticatedError(UNKNOWN)
        return caller

    async def open_session(self, member_id: UUID, *, remember: bool) -> Session:
        """A token for the member. With `remember` it lasts for the whole session and needs no renewal."""
        settings = self._settings
        now = datetime.now(UTC).replace(microsecond=0)
        renewable_until = now + (settings.remembered_lifetime if remember else settings.session_lifetime)
        expires_at = renewable_until if remember else min(now + settings.token_lifetime, renewable_until)
        name = secrets.token_urlsafe(24)
        await db.write(self._engine, queries.add_session, digest(name), member_id, expires_at, renewable_until)
        return self._signed(name, expires_at, renewable_until)

    async def renew_session(self, token: str) -> Session:
        """A token of the same session that expires later; the previous one stays valid until it expires."""
        name = self._session_name(token)
        requested_expiry = (datetime.now(UTC) + self._settings.token_lifetime).replace(microsecond=0)
        renewed = await db.write(self._engine, queries.renew_session, digest(name), requested_expiry)
        if renewed is None:
            raise UnauthenticatedError(UNKNOWN)
        return self._signed(name, renewed.expires_at, renewed.renewable_until)

    async def end_session(self, session: bytes) -> None:
        await db.write(self._engine, queries.revoke_session, session)

    async def end_sessions(self, member_id: UUID) -> None:
        """End all sessions of a member."""
        await db.write(self._engine, queries.revoke_sessions, member_id)

    def _signed(self, name: str, expires_at: datetime, renewable_until: datetime) -> Session:
        token = jwt.encode({"sid": name, "exp": expires_at}, self._secret, ALGORITHM)
        return Session(token, expires_at, renewable_until)

    def _session_name(self, token: str) -> str:
        """The session that a token names; empty if the token was not issued here or has expired."""
        try:
            claims = jwt.decode(token, self._secret, [ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.InvalidTokenError:
            return ""
        return str(claims["sid"])

    async def _partner(self, secret: str) -> Partner | None:
        key_hash = digest(secret)
        cached = self._cached_keys.get(key_hash)
        if cached is not None and cached[0] > time.monotonic() and self._listening():
            return cached[1]
        generation = self._generation
        row = await db.read(self._engine, queries.find_key, key_hash)
        if row is None:
            self._cached_keys.pop(key_hash, None)
            return None
        caller = Partner(row.club_id, f"partner:{row.name}", frozenset(row.scopes), row.id)
        if len(self._cached_keys) >= MAX_CACHED_KEYS:
            self._cached_keys.clear()
        # A revocation may have arrived while the query was running.
        if generation == self._generation:
            self._cached_keys[key_hash] = (time.monotonic() + KEY_CACHE_SEC, caller)
        return caller

    async def _member(self, secret: str) -> Member | None:
        name = self._session_name(secret)
        if not name:
            return None
        session = digest(name)
        row = await db.read(self._engine, queries.find_session, session)
        if row is None:
            return None
        return Member(row.club_id, f"member:{row.member_id}", row.member_id, row.user_id, row.role, session)
