"""The Idempotency-Key header of everything that is posted: the same request twice changes things once."""

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
        description="Makes a retry safe: the same key and body get the same answer and change nothing more.",
        examples=["request-77"],
    ),
]

REPLAYED: dict[str, Any] = {
    "Idempotency-Replayed": {"description": "true for a retry.", "schema": {"type": "string"}},
}
"""Header of an answer, for the OpenAPI document."""


def mark_replayed(response: Response, *, replayed: bool) -> None:
    """Tell the caller that this had been done before."""
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"


def body_hash(body: BaseModel) -> str:
    """Tells whether two bodies say the same, however they spell it."""
    return hashlib.sha256(orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()
