"""Outermost ASGI middleware: request ID, body-size limit, timing. Raw ASGI because it runs on every request."""

import itertools
import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http import metrics, problems
from app.http.lifespan import start_and_stop
from app.http.rate_limits import SCOPE_KEY
from fitburn import logs

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_500_000
"""Enough for a bulk request of 1,000 large items."""
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
IDENTITY = "identity"
"""The only content coding that the API reads. A 415 states it, as RFC 9110, section 15.5.16, wants."""
SLOW_SEC = 1.0
# A random prefix per process and a counter: unique, and cheaper than randomness from the kernel for each request.
_PREFIX = secrets.token_hex(5)
_NUMBERS = itertools.count()
_SAFE_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")


class RequestMiddleware:
    """Adds the request ID, limits the body, and counts every request. Logs only failed and slow requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await start_and_stop(self._app, scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        token = logs.request_id.set(request_id)
        started = time.perf_counter()
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                rate_limit = scope.get(SCOPE_KEY, ())
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode()), *rate_limit]
            await send(message)

        try:
            refusal = _refusal(scope, headers)
            if refusal is not None:
                await refusal(scope, receive, send_with_id)
            else:
                await self._app(scope, _limit_body(receive), send_with_id)
        except Exception as error:
            if status is not None:
                raise
            # Starlette's handler for Exception would run outside this middleware, without a request ID.
            await problems.internal_error(error)(scope, receive, send_with_id)
        finally:
            _record(scope, status or 500, time.perf_counter() - started)
            logs.request_id.reset(token)


def _request_id(headers: MutableMapping[bytes, bytes]) -> str:
    """The caller's own ID if it is safe to log, else a new one."""
    client_id = headers.get(b"x-request-id", b"")
    return client_id.decode() if _SAFE_ID.match(client_id) else f"{_PREFIX}{next(_NUMBERS):08x}"


def _refusal(scope: Scope, headers: MutableMapping[bytes, bytes]) -> Response | None:
    """The error response to a body that is too large or encoded, as far as the headers state it."""
    if _content_length(headers) > MAX_BODY_BYTES:
        return problems.render(413, "payload_too_large", _too_large())
    if b"content-encoding" in headers and scope["method"] in WITH_BODY:
        encoding = headers[b"content-encoding"].decode("latin-1").strip()
        if encoding.lower() not in ("", IDENTITY):
            detail = f"The body has Content-Encoding: {encoding[:40]}. Send it as it is, without this header."
            return problems.render(415, "unsupported_media_type", detail, headers={"Accept-Encoding": IDENTITY})
    return None


def _content_length(headers: MutableMapping[bytes, bytes]) -> int:
    value = headers.get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


def _limit_body(receive: Receive) -> Receive:
    """Count a chunked body while it arrives, since it announces no length."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise HTTPException(413, _too_large())
        return message

    return counted


def _too_large() -> str:
    return f"The body is larger than {MAX_BODY_BYTES} bytes. Send fewer items at a time."


def _record(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    # An unmatched path is no label: clients could create any number of them.
    path = getattr(route, "path", "unmatched")
    method = scope["method"] if route is not None else "other"
    metrics.REQUESTS.labels(method, path, str(status)).inc()
    metrics.DURATION.labels(method, path).observe(seconds)
    if status >= 400 or seconds > SLOW_SEC:
        log.info("request", extra={"method": method, "route": path, "status": status, "seconds": round(seconds, 4)})
