"""Bodies as no JSON library would write them."""

import json
from typing import Any

from service import Service, bearer

SURROGATE = '"\\ud800"'
"""Half a character, as JSON can say it and no UTF-8 can."""


def post(api: Service, key: str, path: str, body: bytes, content_type: str = "application/json") -> Any:
    return api.http.post(path, content=body, headers=bearer(key) | {"Content-Type": content_type})


def raw_object(fields: dict[str, str]) -> bytes:
    """Values as they are written here."""
    return ("{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in fields.items()) + "}").encode()
