"""A start that is refused says why in a sentence, without the traceback that Starlette would send instead."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILED = "lifespan.startup.failed"


async def start_and_stop(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The lifespan of `app`. What `read_settings` ends the process with becomes the server's message."""
    failures: list[Message] = []

    async def hold_failures(message: Message) -> None:
        if message["type"] == FAILED:
            failures.append(message)
        else:
            await send(message)

    try:
        await app(scope, receive, hold_failures)
    except SystemExit as refusal:
        await send({"type": FAILED, "message": str(refusal)})
    except BaseException:
        for message in failures:
            await send(message)
        raise
