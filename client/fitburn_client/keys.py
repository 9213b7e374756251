"""Idempotency keys, by which a request can be sent again without doubling anything."""

KEY_MAX_CHARS = 128


def checked_key(key: str) -> str:
    """The idempotency key; ValueError for what the API would not take."""
    if not (0 < len(key) <= KEY_MAX_CHARS and key.isascii() and key.isprintable() and " " not in key):
        raise ValueError(f"an idempotency key is 1 to {KEY_MAX_CHARS} printable ASCII characters, no space: {key!r}")
    return key
