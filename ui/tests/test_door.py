"""What the pages' own server gives and refuses: the cookie of a session, for a ticket and nothing else."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from app.session import tickets
from app.text import units

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


def test_a_ticket_is_good_once_and_its_cookie_is_out_of_reach_for_scripts_and_other_sites(post: Post) -> None:
    one = ticket()
    answer = post(one)
    assert answer.status_code == 204
    said = answer.headers["set-cookie"]
    assert "fitburn_session=the-token" in said and "HttpOnly" in said and "SameSite=strict" in said
    assert post(one).status_code == 403


def test_whatever_a_ticket_is_a_component_can_bear_its_name() -> None:
    # Streamlit refuses a name with two underscores in a row, which one ticket in some hundreds would have.
    assert all(ticket().isalnum() for _ in range(1_000))


@pytest.mark.parametrize("body", [b"", b"made up", b"\xff" * 1000])
def test_without_a_ticket_there_is_no_cookie(post: Post, body: bytes) -> None:
    answer = post(body)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_another_site_cannot_use_a_ticket(post: Post) -> None:
    one = ticket()
    assert post(one, sec_fetch_site="cross-site").status_code == 403
    assert tickets.is_waiting(one)


def test_an_old_ticket_is_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = ticket()
    monkeypatch.setattr(tickets.time, "monotonic", lambda: float("inf"))
    assert tickets.redeem(one) is None


def test_over_https_the_cookie_never_leaves_it(post: Post) -> None:
    assert "Secure" in post(ticket(), scheme="https").headers["set-cookie"]


def test_logging_out_takes_the_cookie_away(post: Post) -> None:
    answer = post(tickets.issue(tickets.Cookie(None)))
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_neither_a_cookie_nor_its_representation_shows_the_token() -> None:
    assert "the-token" not in repr(tickets.Cookie("the-token"))


@pytest.mark.parametrize(("shown", "km"), [(1.0, 1.609), (26.2, 42.165), (None, None)])
def test_miles_are_really_converted(shown: float | None, km: float | None) -> None:
    assert units.IMPERIAL.km(shown) == km


def test_pounds_and_inches_are_really_converted() -> None:
    assert (units.IMPERIAL.kg(150.0), units.IMPERIAL.cm(70.0)) == (68.04, 177.8)
    assert units.METRIC.kg(68.0) == 68.0
