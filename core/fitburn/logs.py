"""Structured logs: one JSON object a line, with a stable `event` and, during a request, the request ID."""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.orjson import OrjsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""ID of the HTTP request in progress."""


class _RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        current = request_id.get()
        if current is not None and not hasattr(record, "request_id"):
            record.request_id = current
        return True


def configure(service: str, level: str = "INFO") -> None:
    """Write every log record of the process to standard error as JSON."""
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
    # Uvicorn installs its own handlers, with another format.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        # The service logs requests itself, so uvicorn's access log must not propagate.
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # The services log reconnects themselves, in one line; pika would log twenty.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
