from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk
from fake_api import KEY, FakeApi, serve

from fitburn_client import FitBurn


@pytest.fixture
def api() -> Iterator[FakeApi]:
    state, server = serve()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(api: FakeApi) -> Iterator[FitBurn]:
    with FitBurn(api.url, KEY, retry_for=10.0) as client:
        yield client


@pytest.fixture
def impatient(api: FakeApi) -> Iterator[FitBurn]:
    """A client with a short timeout, yet long enough for a busy machine."""
    with FitBurn(api.url, KEY, timeout=2.0, retry_for=60.0) as client:
        yield client


@pytest.fixture
def desk(api: FakeApi, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Desk]:
    api.time_zone = "Europe/Moscow"
    yield Desk(api, capsys, tmp_path)
