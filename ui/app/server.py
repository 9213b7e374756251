"""ASGI application: Streamlit's, with one more route that exchanges a ticket for the session cookie.

uvicorn app.server:app --port 8501        (from the folder ui/)
"""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import pages as _pages  # noqa: F401 - import pandas and the like now, not on the first request
from app import settings
from app.session import tickets
from app.session.tickets import COOKIE, SESSION_PATH

MAX_BODY_BYTES = 256

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
]


async def exchange_ticket(request: Request) -> Response:
    """POST /session with a ticket as the body: 204 and the cookie, or 403.

    Safe against CSRF: another site has no ticket, and the browser's Sec-Fetch-Site header names the request's origin.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return Response(status_code=403)
    ticket = (await request.body())[:MAX_BODY_BYTES]
    cookie = tickets.redeem(ticket.decode("ascii", "replace"))
    if cookie is None:
        return Response(status_code=403)
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    secure = settings.is_production() or request.url.scheme == "https"
    if cookie.token is None or cookie.expires_at is None:
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure)
    else:
        remaining_sec = max(0, int((cookie.expires_at - datetime.now(UTC)).total_seconds()))
        answer.set_cookie(COOKIE, cookie.token, max_age=remaining_sec, httponly=True, samesite="strict", secure=secure)
    return answer


class SecurityHeaders:
    """ASGI middleware: adds headers against framing, MIME sniffing and referrer leaks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


settings.api_url()  # fail at startup, not on the first request

app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    routes=[Route(SESSION_PATH, exchange_ticket, methods=["POST"])],
    middleware=[Middleware(SecurityHeaders)],
)
