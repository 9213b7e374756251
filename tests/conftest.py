"""One stack for all tests, and one without RabbitMQ for the test that asks for it."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import RunningStack

from fitburn_client import FitBurn


def _run(**changes: str) -> Iterator[RunningStack]:
    with tempfile.TemporaryDirectory(prefix="fitburn-system-", ignore_cleanup_errors=True) as home:
        stack = RunningStack(Path(home).resolve(), **changes)
        try:
            stack.up()
            yield stack
        finally:
            stack.down()


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """Everything that `make up` starts."""
    yield from _run()


@pytest.fixture
def stack_without_rabbitmq() -> Iterator[RunningStack]:
    """The database is the queue."""
    yield from _run(RABBITMQ_URL="")


@pytest.fixture
def stack_with_rabbitmq(stack: RunningStack) -> RunningStack:
    """The stack, where this machine has a RabbitMQ."""
    if not stack.rabbitmq_url:
        if os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
            pytest.fail("FITBURN_REQUIRE_RABBITMQ=1, but the stack came up without RabbitMQ.")
        pytest.skip("needs RabbitMQ: install rabbitmq-server, then run `make test`")
    return stack


@pytest.fixture
def client(stack: RunningStack) -> Iterator[FitBurn]:
    """The client with a partner's key."""
    with FitBurn(stack.api_url, stack.api_key) as client:
        yield client


@pytest.fixture
def member() -> str:
    """An id that no other test uses."""
    return f"member-{uuid.uuid4().hex[:12]}"
