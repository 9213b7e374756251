"""What every request passes: a request id, a limit for its body, and a clock. Plain ASGI, since all traffic does."""

import itertools
import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http import metrics, problems
from app.http.lifespan import start_and_stop
from app.http.rate_limits import STANDING
from fitburn import logs

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_500_000
"""Room for a bulk request of 1,000 generous items."""
SLOW_SEC = 1.0
# A prefix of this process and a number: unique, and cheaper than asking the kernel for each request.
_PREFIX = secrets.token_hex(5)
_NUMBERS = itertools.count()
_SAFE_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")


class Door:
    """Outermost middleware. Logs requests that failed or were slow; the rest is in the metrics."""

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
                standing = scope.get(STANDING, ())
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode()), *standing]
            await send(message)

        try:
            if _announced_size(headers) > MAX_BODY_BYTES:
                answer = problems.render(413, "payload_too_large", _too_large())
                await answer(scope, receive, send_with_id)
            else:
                await self._app(scope, _limited(receive), send_with_id)
        except Exception as error:
            if status is not None:
                raise
            # Here and not as a handler of Starlette's, which would run outside of this door: without a request id.
            await problems.unexpected(error)(scope, receive, send_with_id)
        finally:
            _account(scope, status or 500, time.perf_counter() - started)
            logs.request_id.reset(token)


def _request_id(headers: MutableMapping[bytes, bytes]) -> str:
    """The caller's own id if it is harmless, else a new one."""
    sent = headers.get(b"x-request-id", b"")
    return sent.decode() if _SAFE_ID.match(sent) else f"{_PREFIX}{next(_NUMBERS):08x}"


def _announced_size(headers: MutableMapping[bytes, bytes]) -> int:
    announced = headers.get(b"content-length", b"0")
    return int(announced) if announced.isdigit() else 0


def _limited(receive: Receive) -> Receive:
    """A body that is sent in pieces is counted on the way."""
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


def _account(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    # A path that no route knows is not a label: anybody could make up as many as they like.
    path = getattr(route, "path", "unmatched")
    method = scope["method"] if route is not None else "other"
    metrics.REQUESTS.labels(method, path, str(status)).inc()
    metrics.DURATION.labels(method, path).observe(seconds)
    if status >= 400 or seconds > SLOW_SEC:
        log.info("request", extra={"method": method, "route": path, "status": status, "seconds": round(seconds, 4)})
