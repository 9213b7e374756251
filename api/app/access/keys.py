"""Partners' keys and session names: long random secrets. Only their hash is stored."""

import hashlib
import secrets

KEY_PREFIX = "fbk_"


def digest(secret: str) -> bytes:
    """The stored hash of a secret. SHA-256 is enough: the secret is already high-entropy."""
    return hashlib.sha256(secret.encode()).digest()


def new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)
