"""The way to PostgreSQL: engines, and which of its errors pass by themselves."""

import logging
import select
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from fitburn.settings import DatabaseSettings

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SEC = 3
POOL_TIMEOUT_SEC = 5
STATEMENT_TIMEOUT_MS = 30_000
STALLED_TRANSACTION_MS = 15_000
"""A process that stops in the middle of a transaction gives up its locks after this."""

# Every statement of a service goes along indexes, a few rows at a time. While a table grows faster than its statistics,
# right after installation above all, the planner believes it small and would rather read it whole: a batch of one
# workout took 100 ms then.
_READING_WHOLE_TABLES = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")

VANISHED_MS = 25_000

DRIVER = "postgresql+psycopg2"

# Deadlock, serialization failure, lock not available, statement timeout, transaction that stalled or may only read
# (a standby about to take over), and the server going down or coming up.
_TRANSIENT_STATES = {"40P01", "40001", "55P03", "57014", "25P03", "25006", "57P01", "57P02", "57P03"}
_TRANSIENT_CLASSES = ("08", "53")
"""Connection trouble; and no memory, disk or connection left."""


def connect_arguments(settings: DatabaseSettings, application: str) -> dict[str, Any]:
    """Arguments for libpq that every connection of a service has."""
    options = {
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(STALLED_TRANSACTION_MS),
    }
    options |= dict.fromkeys(_READING_WHOLE_TABLES, "off")
    if settings.database_role:
        options["role"] = settings.database_role
    return {
        "application_name": application,
        "connect_timeout": CONNECT_TIMEOUT_SEC,
        # A server that vanished without a word is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # Nor does a question that it never acknowledged wait for the kernel to give up, after a quarter of an hour.
        "tcp_user_timeout": VANISHED_MS,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def make_engine(
    settings: DatabaseSettings, application: str, *, connections: int | None = None, autocommit: bool = False
) -> Engine:
    """An engine with a bounded pool: DATABASE_POOL_SIZE connections if not said. Nothing connects before its first use.

    With `autocommit` each statement is a transaction by itself, and need not go back and forth to begin and commit.
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
    """Nobody should get an error because the server was restarted and the pool is full of dead connections.

    A server says nothing on a connection that nobody uses, but that it is closed. So a look at the socket does what
    SQLAlchemy's `pool_pre_ping` does with a question to the server, for which each lone workout would wait twice.
    """
    if not record.info.setdefault("used before", False):
        record.info["used before"] = True
    elif connection.closed or _has_something_to_read(connection):
        raise InvalidatePoolError


def _has_something_to_read(connection: Any) -> bool:
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may well succeed later: the server is away, busy or chose us as a victim."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return state in _TRANSIENT_STATES or state.startswith(_TRANSIENT_CLASSES)


def reason(error: BaseException) -> str:
    """One line for the log: what the server said, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip()
    return f"{type(error).__name__}: {said.splitlines()[0][:200] if said else 'no words'}"
