"""What Ctrl-C, a closed terminal or a polite kill does to a command: it stops in order, undisturbed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_once() -> None:
    """From now on the first such signal raises KeyboardInterrupt with its number; those that follow are ignored."""
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)


def _interrupt(received: int, _: object) -> NoReturn:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(received)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignores such signals while something is stopped that must not be left half running."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
