"""Which database the commands of this folder work on: DATABASE_URL. `make` sets it to that of the local stack."""

import os
import sys

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError

from fitburn.database import DRIVER, reason


def database_url() -> str:
    """DATABASE_URL; exits where it is not set."""
    url = os.environ.get("DATABASE_URL")
    return url or sys.exit("Set DATABASE_URL to the database, such as postgresql://user:password@localhost/fitburn")


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
