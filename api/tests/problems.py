"""What every error of the API looks like."""

from typing import Any

import httpx

MEDIA_TYPE = "application/problem+json"


def the_problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The body of an error, after checking what holds for all of them."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"] and body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"] != ""
    if code is not None:
        assert body["code"] == code
    return body


def pointers(body: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in body["errors"]]
