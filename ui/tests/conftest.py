"""One running stack and two browsers for all tests of the pages."""

import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "ui")]

import browser as chromium  # noqa: E402 - found through the line above, as is the next
from browser import Browser  # noqa: E402
from people import PASSWORD, Person, as_member  # noqa: E402
from running import RunningStack  # noqa: E402

from fitburn_client import FitBurn  # noqa: E402


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The stack of `make up`, with the database as the queue, which starts faster."""
    if not chromium.is_installed():
        if os.environ.get("FITBURN_REQUIRE_BROWSER") == "1":
            pytest.fail("FITBURN_REQUIRE_BROWSER=1, but there is no chromium with chromedriver.")
        pytest.skip("needs a browser: install chromium and chromium-driver, then run `make test SUITES=ui`")
    with tempfile.TemporaryDirectory(prefix="fitburn-ui-", ignore_cleanup_errors=True) as home:
        running = RunningStack(Path(home).resolve(), RABBITMQ_URL="", WORKERS="1")
        try:
            running.up()
            yield running
        finally:
            running.down()


@pytest.fixture(scope="session")
def _windows(stack: RunningStack) -> Iterator[dict[str, Browser]]:
    windows: dict[str, Browser] = {}
    yield windows
    for window in windows.values():
        window.close()


def _window(windows: dict[str, Browser], stack: RunningStack, name: str) -> Browser:
    if name not in windows:
        windows[name] = Browser(stack.ui_url)
    windows[name].forget()
    return windows[name]


@pytest.fixture
def browser(_windows: dict[str, Browser], stack: RunningStack) -> Browser:
    """A new desktop window in English."""
    return _window(_windows, stack, "first")


@pytest.fixture
def other_browser(_windows: dict[str, Browser], stack: RunningStack) -> Browser:
    """A second window, which shares nothing with the first."""
    return _window(_windows, stack, "second")


@pytest.fixture
def api(stack: RunningStack) -> Iterator[FitBurn]:
    """A client without a login."""
    with FitBurn(stack.api_url) as client:
        yield client


@pytest.fixture
def anna(api: FitBurn) -> Person:
    """A member with a complete profile."""
    person = Person(f"anna-{uuid.uuid4().hex[:10]}@example.com", "Anna Berg")
    as_member(api, person, register=True).me.update(gender="Female", birth_year=1994, height_cm=170.0, weight_kg=64.0)
    return person


@pytest.fixture
def operator(stack: RunningStack, api: FitBurn) -> Person:
    person = Person(f"boss-{uuid.uuid4().hex[:10]}@example.com", "Olga Boss")
    user_id = api.accounts.register(person.email, PASSWORD, person.name).user_id
    stack.sql("update users set role = 'operator' where user_id = %(user_id)s returning 1", user_id=user_id)
    return person
