"""The Idempotency-Key header: a retry with the same key and body is an idempotent replay."""

import hashlib
from typing import Annotated, Any

import orjson
from fastapi import Header, Response
from pydantic import BaseModel

from app.http.fields import IdempotencyKey

Key = Annotated[
    IdempotencyKey | None,
    Header(
        alias="Idempotency-Key",
        description="Makes a retry safe: the same key and body get the same response and change nothing more.",
        examples=["request-77"],
    ),
]

REPLAYED: dict[str, Any] = {
    "Idempotency-Replayed": {"description": "true for a retry.", "schema": {"type": "string"}},
}
"""Response header, for the OpenAPI document."""


def mark_replayed(response: Response, *, replayed: bool) -> None:
    """Mark the response as an idempotent replay, if it is one."""
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"


def body_hash(body: BaseModel) -> str:
    """Digest of the parsed body: equal for equal content, in any spelling and order of fields."""
    return hashlib.sha256(orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()
