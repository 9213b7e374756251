"""Entry point of the API service: wires settings, resources and routes. `uvicorn app.main:app` from `api/`."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI

from app.accepting.group_commit import GroupCommit
from app.access.authentication import Authenticator
from app.http import problems
from app.http.middleware import RequestMiddleware
from app.http.rate_limits import RateLimits
from app.operations.gauges import DatabaseGauges
from app.queue import make_queue
from app.resources import Resources
from app.routers import ROUTERS
from app.settings import ApiSettings, GroupCommitSettings, RateLimitSettings
from app.waiting.notices import Notices
from app.waiting.waiters import Waiters
from fitburn import gc_tuning, logs, notifications
from fitburn.database import make_engine
from fitburn.notifications import Listener
from fitburn.settings import BrokerSettings, DatabaseSettings, read_settings

SERVICE = "fitburn-api"

DESCRIPTION = """
Send workouts, get calories and points.

A workout is accepted immediately (`202`) and scored within about a second: ask `GET /predictions/{workout_id}?wait=10`.
Every error is `application/problem+json` with a stable `code`. Send an `Idempotency-Key` with each workout to make
every retry safe.
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start the resources in order; stop them in reverse order."""
    database, settings = read_settings(DatabaseSettings), read_settings(ApiSettings)
    logs.configure(SERVICE, settings.fitburn_log_level)
    # The group commit's thread runs in short bursts. At Python's default of 5 ms it would mostly wait for the GIL.
    sys.setswitchinterval(0.001)
    listener = Listener(database, SERVICE, (notifications.SCORED, notifications.ACCESS))
    resources = make_resources(database, settings, listener)
    notices = make_notices(listener, resources)
    # A separate connection: the gauges must stay readable while all other connections are busy.
    gauges = DatabaseGauges(make_engine(database, SERVICE, connections=1), settings.fitburn_gauges_sec)
    app.state.resources = resources

    await resources.queue.start()
    resources.commit.start()
    notices.start()
    gauges.start()
    gc_tuning.freeze_startup_objects()
    yield
    await anyio.to_thread.run_sync(gauges.stop)
    await anyio.to_thread.run_sync(resources.commit.stop)
    await anyio.to_thread.run_sync(notices.stop)
    await resources.queue.stop()
    resources.engine.dispose()


def make_resources(database: DatabaseSettings, settings: ApiSettings, listener: Listener) -> Resources:
    # The group commit has a dedicated connection. The thread pool is as large as the connection pool, so that requests
    # wait for a thread, which costs nothing, and never for a connection.
    connections = max(1, database.database_pool_size - 1)
    anyio.to_thread.current_default_thread_limiter().total_tokens = connections
    engine = make_engine(database, SERVICE, connections=connections)
    broker_url = read_settings(BrokerSettings).rabbitmq_url
    queue = make_queue(broker_url.get_secret_value() if broker_url else None)
    accepting = make_engine(database, SERVICE, connections=1, autocommit=True)
    return Resources(
        engine=engine,
        commit=GroupCommit(accepting, queue, read_settings(GroupCommitSettings)),
        authenticator=Authenticator(engine, settings, lambda: listener.connected),
        waiters=Waiters(),
        limits=RateLimits(read_settings(RateLimitSettings)),
        queue=queue,
        links=settings.links,
    )


def make_notices(listener: Listener, resources: Resources) -> Notices:
    def on_gap() -> None:
        resources.waiters.wake_all()
        resources.authenticator.forget()

    return Notices(
        listener,
        has_waiters=resources.waiters.has_any,
        on_scored=resources.waiters.wake,
        on_access=resources.authenticator.forget,
        on_gap=on_gap,
    )


def create_app() -> FastAPI:
    app = FastAPI(
        title="FitBurn Rewards",
        version=version("fitburn"),
        description=DESCRIPTION,
        lifespan=lifespan,
        # Traces are not collected; checking for a collector on every request is not free.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # The function's name is the operation ID: short, unique, and a good method name in generated clients.
        generate_unique_id_function=lambda route: route.name,
    )
    problems.install(app)
    app.add_middleware(RequestMiddleware)
    for router in ROUTERS:
        app.include_router(router)
    return app


app = create_app()
