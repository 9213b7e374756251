from collections.abc import Iterator

import pytest
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
    with FitBurn(api.url, KEY, timeout=0.5, retry_for=10.0) as one:
        yield one
