"""One stack for all checks, built from this checkout. Its containers and volumes are removed at the end."""

from collections.abc import Iterator

import pytest
from containers import Containers, is_docker_here, until

START_TIMEOUT_SEC = 600


@pytest.fixture(scope="session")
def stack() -> Iterator[Containers]:
    if not is_docker_here():
        pytest.skip("needs Docker with compose, and it must run: `docker info` says whether it does")
    containers = Containers()
    try:
        containers.compose("build")
        containers.compose("up", "--detach")
        until(containers.is_well, seconds=START_TIMEOUT_SEC, what="every container is healthy")
        yield containers
    finally:
        containers.compose("down", "--volumes", "--remove-orphans", check=False)


@pytest.fixture(scope="session")
def key(stack: Containers) -> str:
    """A partner's key."""
    return stack.compose("exec", "-T", "api", "python", "-m", "app.manage", "key", "--name", "check").stdout.strip()
