"""Request bodies that no JSON library would produce."""

import json
from typing import Any

from service import Service, bearer

SURROGATE = '"\\ud800"'
"""A lone surrogate, which JSON can escape but UTF-8 cannot encode."""


def post(api: Service, key: str, path: str, body: bytes, content_type: str = "application/json") -> Any:
    return api.http.post(path, content=body, headers=bearer(key) | {"Content-Type": content_type})


def raw_object(fields: dict[str, str]) -> bytes:
    """A JSON object whose values are inserted verbatim."""
    return ("{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in fields.items()) + "}").encode()
