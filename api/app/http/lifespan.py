"""Reports a refused startup as one sentence instead of Starlette's traceback."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILED = "lifespan.startup.failed"


async def start_and_stop(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the lifespan of `app`. The text of a SystemExit, as from `read_settings`, becomes the server's message."""
    failures: list[Message] = []

    async def hold_failures(message: Message) -> None:
        if message["type"] == FAILED:
            failures.append(message)
        else:
            await send(message)

    try:
        await app(scope, receive, hold_failures)
    except SystemExit as exit_request:
        await send({"type": FAILED, "message": str(exit_request)})
    except BaseException:
        for message in failures:
            await send(message)
        raise
