"""Passwords: Argon2id through argon2-cffi, a few at a time since each takes memory on purpose."""

from functools import cache

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Argon2id setting with the least memory that is still recommended (19 MiB, 2 passes, 1 lane).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
AT_ONCE = 2


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(AT_ONCE)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


def hash_now(password: str) -> str:
    """The PHC string to store; takes some 20 ms on purpose."""
    return _HASHER.hash(password)


async def hash_password(password: str) -> str:
    return await anyio.to_thread.run_sync(hash_now, password, limiter=_limiter())


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right. Without a stored hash it takes as long, so that nobody learns who exists."""
    return await anyio.to_thread.run_sync(_verify, stored, password, limiter=_limiter())


def _verify(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
