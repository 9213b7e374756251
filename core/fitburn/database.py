"""PostgreSQL engines and error classification."""

import logging
import select
from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from fitburn.settings import DatabaseSettings

log = logging.getLogger(__name__)

Row = sqlalchemy.Row[*tuple[Any, ...]]
"""A row of any query; mypy cannot know the columns of SQL."""
Rows = Sequence[Row]

CONNECT_TIMEOUT_SEC = 3
POOL_TIMEOUT_SEC = 5
STATEMENT_TIMEOUT_MS = 30_000
STALLED_TRANSACTION_MS = 15_000
"""The server ends a transaction that has been idle for longer, which releases the locks of a stalled process."""

# Every statement of a service reads a few rows through indexes. While a table grows faster than its statistics, above
# all right after installation, the planner takes it for small and prefers to scan it: a batch of one workout then took
# 100 ms.
_PLANS_THAT_SCAN_TABLES = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")

TCP_USER_TIMEOUT_MS = 25_000

DRIVER = "postgresql+psycopg2"

# Deadlock, serialization failure, lock not available, statement timeout, idle or read-only transaction (the latter on a
# standby that is about to be promoted), and the server shutting down or starting up.
_TRANSIENT_STATES = {"40P01", "40001", "55P03", "57014", "25P03", "25006", "57P01", "57P02", "57P03"}
_TRANSIENT_CLASSES = ("08", "53")
"""SQLSTATE classes: connection exceptions; and insufficient memory, disk space or connections."""


def connect_arguments(settings: DatabaseSettings, application: str) -> dict[str, Any]:
    """libpq arguments of every connection of a service."""
    options = {
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(STALLED_TRANSACTION_MS),
    }
    options |= dict.fromkeys(_PLANS_THAT_SCAN_TABLES, "off")
    if settings.database_role:
        options["role"] = settings.database_role
    return {
        "application_name": application,
        "connect_timeout": CONNECT_TIMEOUT_SEC,
        # Detect a server that vanished without closing the connection within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # The same for a query that the server never acknowledged: the kernel would retry for a quarter of an hour.
        "tcp_user_timeout": TCP_USER_TIMEOUT_MS,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def make_engine(
    settings: DatabaseSettings, application: str, *, connections: int | None = None, autocommit: bool = False
) -> Engine:
    """An engine with a bounded pool of DATABASE_POOL_SIZE connections by default. It connects on first use.

    With `autocommit` each statement is its own transaction, which saves the round trips of begin and commit.
    """
    engine = create_engine(
        make_url(settings.database_url.get_secret_value()).set(drivername=DRIVER),
        connect_args=connect_arguments(settings, application),
        pool_size=connections or settings.database_pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SEC,
        pool_use_lifo=True,
        **({"isolation_level": "AUTOCOMMIT"} if autocommit else {}),
    )
    event.listen(engine, "checkout", _reject_closed_connection)
    return engine


def _reject_closed_connection(connection: Any, record: Any, _proxy: Any) -> None:
    """Replace a pooled connection that the server has closed, as after a restart, before a caller gets it.

    On an idle connection a readable socket means that the server closed it. Polling the socket replaces SQLAlchemy's
    `pool_pre_ping`, whose query would double the round trips of a lone workout.
    """
    if not record.info.setdefault("used before", False):
        record.info["used before"] = True
    elif connection.closed or _is_readable(connection):
        raise InvalidatePoolError


def _is_readable(connection: Any) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def is_transient(error: BaseException) -> bool:
    """Whether a retry may succeed: the server is away or busy, or chose this transaction as a deadlock victim."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return state in _TRANSIENT_STATES or state.startswith(_TRANSIENT_CLASSES)


def reason(error: BaseException) -> str:
    """One line for the log: the server's message, without the statement and its values."""
    message = str(getattr(error, "orig", None) or error).strip()
    return f"{type(error).__name__}: {message.splitlines()[0][:200] if message else 'no message'}"
