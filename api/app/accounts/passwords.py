"""Password hashing: Argon2id by argon2-cffi, a few at a time because each hash is memory-hard (19 MiB)."""

from functools import cache

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's recommended Argon2id setting with the least memory (19 MiB, 2 passes, 1 lane).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
MAX_CONCURRENT_HASHES = 2


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(MAX_CONCURRENT_HASHES)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash("a password that no account has")


def hash_now(password: str) -> str:
    """The PHC string to store. Takes about 20 ms of CPU time, by design."""
    return _HASHER.hash(password)


async def hash_password(password: str) -> str:
    return await anyio.to_thread.run_sync(hash_now, password, limiter=_limiter())


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes equally long without a stored hash, so timing does not reveal accounts."""
    return await anyio.to_thread.run_sync(_verify, stored, password, limiter=_limiter())


def _verify(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
