"""The API service: settings, resources, routes. `uvicorn app.main:app` from this folder."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI

from app.accepting.group_commit import GroupCommit
from app.access.authentication import Access
from app.http import problems
from app.http.middleware import Door
from app.http.rate_limits import RateLimits
from app.operations.gauges import DatabaseGauges
from app.predictions.notices import Notices
from app.predictions.waiters import Waiters
from app.queue import make_queue
from app.routers import ROUTERS
from app.settings import ApiSettings, GroupCommitSettings, RateLimitSettings
from fitburn import gc_tuning, logs, notifications
from fitburn.database import make_engine
from fitburn.notifications import Listener
from fitburn.settings import BrokerSettings, DatabaseSettings, read_settings

SERVICE = "fitburn-api"

DESCRIPTION = """
Send workouts, get calories and points.

A workout is accepted at once (`202`) and scored within about a second: ask `GET /predictions/{workout_id}?wait=10`.
Every error is `application/problem+json` with a stable `code`. Send an `Idempotency-Key` with each workout and any
request can be repeated safely.
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start what the routes use, in order; stop it in the opposite order."""
    database = read_settings(DatabaseSettings)
    broker = read_settings(BrokerSettings)
    settings = read_settings(ApiSettings)
    # The thread that commits works for moments at a time; at Python's usual 5 ms it would mostly wait for its turn.
    sys.setswitchinterval(0.001)
    logs.configure(SERVICE, settings.fitburn_log_level)
    # One connection is for what is accepted. As many threads as there are others: requests wait for a thread, which
    # costs nothing, not for a connection.
    others = max(1, database.database_pool_size - 1)
    anyio.to_thread.current_default_thread_limiter().total_tokens = others

    engine = make_engine(database, SERVICE, connections=others)
    accepting = make_engine(database, SERVICE, connections=1, autocommit=True)
    queue = make_queue(broker.rabbitmq_url.get_secret_value() if broker.rabbitmq_url else None)
    commit = GroupCommit(accepting, queue, read_settings(GroupCommitSettings))
    waiters = Waiters()
    listener = Listener(database, SERVICE, (notifications.SCORED, notifications.ACCESS))
    access = Access(engine, settings, lambda: listener.connected)

    def on_gap() -> None:
        waiters.wake_all()
        access.forget()

    notices = Notices(
        listener,
        anybody_waits=waiters.anybody,
        on_scored=waiters.wake,
        on_access=access.forget,
        on_gap=on_gap,
    )
    # A connection of their own: how the database is must be known when all others are busy, too.
    gauges = DatabaseGauges(make_engine(database, SERVICE, connections=1), settings.fitburn_gauges_sec)
    app.state.engine, app.state.queue, app.state.group_commit = engine, queue, commit
    app.state.waiters, app.state.access, app.state.links = waiters, access, settings.links
    app.state.rate_limits = RateLimits(read_settings(RateLimitSettings))

    await queue.start()
    commit.start()
    notices.start()
    gauges.start()
    gc_tuning.freeze_startup_objects()
    yield
    await anyio.to_thread.run_sync(gauges.stop)
    await anyio.to_thread.run_sync(commit.stop)
    await anyio.to_thread.run_sync(notices.stop)
    await queue.stop()
    accepting.dispose()
    engine.dispose()


def create_app() -> FastAPI:
    app = FastAPI(
        title="FitBurn Rewards",
        version=version("fitburn"),
        description=DESCRIPTION,
        lifespan=lifespan,
        # Nobody collects traces here, and asking for each request whether somebody does is not free.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # The function's name is the operation's id: short, unique, and what generated clients call it.
        generate_unique_id_function=lambda route: route.name,
    )
    problems.install(app)
    app.add_middleware(Door)
    for router in ROUTERS:
        app.include_router(router)
    return app


app = create_app()
