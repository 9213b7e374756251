"""Authentication: a partner's key or a member's token becomes a caller."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from app.access import queries
from app.access.caller import SCOPES, Caller
from app.access.keys import KEY_PREFIX, digest
from app.http.errors import UnauthenticatedError
from app.settings import ApiSettings

KEY_TRUST_SEC = 30.0
"""How long a key is trusted without a look into the database; a notice of its revocation comes sooner."""
MAX_TRUSTED_KEYS = 10_000

ALGORITHM = "HS256"
UNKNOWN = "This key or token is unknown, revoked or expired."


class Session(NamedTuple):
    """A signed token, when it ends by itself, and to when it can be renewed."""

    access_token: str
    expires_at: datetime
    renewable_until: datetime


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
        await run_in_threadpool(self._write, queries.add_session, digest(name), member_id, expires_at, renewable_until)
        return self._signed(name, expires_at, renewable_until)

    async def renew_session(self, token: str) -> Session:
        """A later token of the same session; the one before stays good for as long as it said."""
        name = self._session_name(token)
        wished = (datetime.now(UTC) + self._settings.token_lifetime).replace(microsecond=0)
        renewed = await run_in_threadpool(self._write, queries.renew_session, digest(name), wished)
        if renewed is None:
            raise UnauthenticatedError(UNKNOWN)
        return self._signed(name, renewed.expires_at, renewed.renewable_until)

    async def end_session(self, session: bytes) -> None:
        await run_in_threadpool(self._write, queries.revoke_session, session)

    async def end_sessions(self, member_id: UUID) -> None:
        """All sessions of a member."""
        await run_in_threadpool(self._write, queries.revoke_sessions, member_id)

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
        row = await run_in_threadpool(self._query, queries.find_key, key_hash)
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
        row = await run_in_threadpool(self._query, queries.find_session, session)
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
