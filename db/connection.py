"""Which database the commands of this folder work on: DATABASE_URL, else that of the local stack."""

import os
import sys

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError

from fitburn.database import DRIVER, reason


def database_url() -> str:
    """Where the database is; the end of the process if nobody says."""
    url = os.environ.get("DATABASE_URL") or _of_local_stack()
    return url or sys.exit("No database is known. Run `make up` first, or set DATABASE_URL to one that runs.")


def _of_local_stack() -> str | None:
    # An image has no local stack, nor what it is made of.
    from local import shell_env
    from local.settings import Settings

    return shell_env.read(Settings.read().folder).get("DATABASE_URL")


def connect() -> Engine:
    """An engine as the database's owner, that has answered; else the end of the process with what to do."""
    engine = create_engine(make_url(database_url()).set(drivername=DRIVER), connect_args={"options": "-c timezone=UTC"})
    try:
        engine.connect().close()
    except OperationalError as error:
        sys.exit(
            f"The database does not answer ({reason(error)}).\nRun `make up`, or set DATABASE_URL to one that runs."
        )
    return engine
