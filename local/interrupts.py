"""Orderly shutdown on Ctrl-C, SIGTERM or a closed terminal."""

import ctypes
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def raise_once() -> None:
    """Makes the first of these signals raise KeyboardInterrupt with its number, and ignores later ones."""
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)


def _interrupt(received: int, _: object) -> NoReturn:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(received)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignores these signals in the block, so that a shutdown is not cut short."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """Makes the kernel stop this process when its parent ends, even by SIGKILL. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
