"""Idempotency keys: a request that is sent again with the same key has its effect once."""

import uuid

KEY_MAX_CHARS = 128


def key_or_new(key: str | None) -> str:
    """The caller's key, or a random one for None; ValueError for a key that the API would refuse."""
    if key is None:
        return str(uuid.uuid4())
    if not (0 < len(key) <= KEY_MAX_CHARS and key.isascii() and key.isprintable() and " " not in key):
        raise ValueError(f"an idempotency key is 1 to {KEY_MAX_CHARS} printable ASCII characters, no space: {key!r}")
    return key
