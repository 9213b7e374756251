"""The resources that routes use: created once at startup, injected by one dependency."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from app.accepting.group_commit import GroupCommit
from app.access.authentication import Authenticator
from app.http.rate_limits import RateLimits
from app.queue import Queue
from app.waiting.waiters import Waiters


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of this process.

    Routes open connections themselves, in a `with` block. A yield-dependency would take the connection on one thread
    and run the route on another: requests that hold a connection could wait for threads that wait for a connection.
    """

    engine: Engine
    commit: GroupCommit
    authenticator: Authenticator
    waiters: Waiters
    limits: RateLimits
    queue: Queue
    links: Mapping[str, str | None]
    """Addresses of Grafana and Airflow, None where they are not configured."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection whose transaction is rolled back at the end."""
        return self.engine.connect()

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection whose transaction is committed at the end, or rolled back on an error."""
        return self.engine.begin()


def resources_of(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


async def _resources(request: Request) -> Resources:
    # async: FastAPI calls it on the event loop, not on a thread.
    return resources_of(request)


Res = Annotated[Resources, Depends(_resources)]
