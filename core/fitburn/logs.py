"""Structured logs: one JSON object a line, with a stable `event` and, where there is one, the request's id."""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.orjson import OrjsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Id of the HTTP request that is being answered."""


class _RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        current = request_id.get()
        if current is not None and not hasattr(record, "request_id"):
            record.request_id = current
        return True


def configure(service: str, level: str = "INFO") -> None:
    """Send every log record of the process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        OrjsonFormatter(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger", "message": "event"},
            static_fields={"service": service},
            timestamp="time",
        )
    )
    handler.addFilter(_RequestId())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Uvicorn brings handlers of its own; one format is enough.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        # The service itself logs requests; uvicorn writes a line for each as soon as one would be heard.
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # Reconnecting is told by the services themselves, in one line instead of twenty.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
