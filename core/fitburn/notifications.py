"""PostgreSQL's LISTEN/NOTIFY: hints that something has been committed. No service relies on their delivery."""

import logging
import select
from collections.abc import Sequence
from typing import Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from sqlalchemy import make_url

from fitburn.database import connect_arguments
from fitburn.settings import DatabaseSettings

log = logging.getLogger(__name__)

PENDING = "fitburn_pending"
"""Workouts are pending. No payload. Sent only without RabbitMQ."""
SCORED = "fitburn_scored"
"""Workouts were scored. Payload: their IDs, joined by commas."""
ACCESS = "fitburn_access"
"""A partner's key was revoked. No payload."""

MAX_PAYLOAD_BYTES = 7_900


def payloads(ids: Sequence[str]) -> list[str]:
    """IDs of equal length, joined into as few payloads as PostgreSQL's limit of 8,000 bytes allows."""
    if not ids:
        return []
    per_payload = MAX_PAYLOAD_BYTES // (len(ids[0]) + 1)
    return [",".join(ids[start : start + per_payload]) for start in range(0, len(ids), per_payload)]


class Listener:
    """One connection that listens on some channels. Not thread-safe."""

    def __init__(self, settings: DatabaseSettings, application: str, channels: Sequence[str]) -> None:
        self._url = make_url(settings.database_url.get_secret_value())
        self._arguments = connect_arguments(settings, application)
        self._channels = channels
        self._connection: Any = None

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def connect(self) -> None:
        """Raises psycopg2.OperationalError when the server cannot be reached."""
        self.close()
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg2.connect(url, **self._arguments)
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            for channel in self._channels:
                cursor.execute(f"listen {channel}")
        self._connection = connection

    def wait(self, timeout_sec: float) -> list[tuple[str, str]]:
        """Channels and payloads of the notifications that have arrived, after at most `timeout_sec`.

        Raises psycopg2.Error and closes the connection if it is lost; `connect` opens a new one.
        """
        try:
            if not self._connection.notifies and not select.select([self._connection], [], [], timeout_sec)[0]:
                return []
            self._connection.poll()
        except (psycopg2.Error, OSError, ValueError) as error:
            self.close()
            raise psycopg2.OperationalError(str(error)) from error
        arrived = [(notification.channel, notification.payload) for notification in self._connection.notifies]
        self._connection.notifies.clear()
        return arrived

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
