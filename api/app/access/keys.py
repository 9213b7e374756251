"""Partners' keys and session names: long random secrets of which only a hash is stored."""

import hashlib
import secrets

KEY_PREFIX = "fbk_"


def digest(secret: str) -> bytes:
    """What is kept of a secret that is long and random by itself."""
    return hashlib.sha256(secret.encode()).digest()


def new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)
