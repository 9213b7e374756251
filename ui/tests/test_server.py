"""The route that exchanges a ticket for the session cookie."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from app.session import tickets

Post = Callable[..., httpx.Response]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """Posts a body to the route that exchanges tickets."""
    monkeypatch.setenv("FITBURN_API_URL", "http://127.0.0.1:9")
    from app.server import exchange_ticket

    pages = Starlette(routes=[Route("/session", exchange_ticket, methods=["POST"])])

    async def send(body: str | bytes, scheme: str = "http", **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url=f"{scheme}://pages") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.post("/session", content=body, headers=named)

    return lambda *given, **named: asyncio.run(send(*given, **named))


def ticket() -> str:
    return tickets.issue(tickets.Cookie("the-token", datetime.now(UTC) + timedelta(hours=1)))


def test_a_ticket_works_once_and_its_cookie_is_http_only_and_same_site(post: Post) -> None:
    good = ticket()
    answer = post(good)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "fitburn_session=the-token" in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert post(good).status_code == 403


def test_every_ticket_is_a_valid_component_name() -> None:
    # Streamlit refuses a name with two underscores in a row, which one ticket in some hundreds would have.
    assert all(ticket().isalnum() for _ in range(1_000))


@pytest.mark.parametrize("body", [b"", b"made up", b"\xff" * 1000])
def test_without_a_ticket_there_is_no_cookie(post: Post, body: bytes) -> None:
    answer = post(body)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_another_site_cannot_use_a_ticket(post: Post) -> None:
    good = ticket()
    assert post(good, sec_fetch_site="cross-site").status_code == 403
    assert tickets.is_waiting(good)


def test_an_expired_ticket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    expired = ticket()
    monkeypatch.setattr(tickets.time, "monotonic", lambda: float("inf"))
    assert tickets.redeem(expired) is None


def test_over_https_the_cookie_is_secure(post: Post) -> None:
    assert "Secure" in post(ticket(), scheme="https").headers["set-cookie"]


def test_logging_out_deletes_the_cookie(post: Post) -> None:
    answer = post(tickets.issue(tickets.Cookie(None)))
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_neither_a_cookie_nor_its_representation_shows_the_token() -> None:
    assert "the-token" not in repr(tickets.Cookie("the-token"))
