"""How Alembic reaches the database: DATABASE_URL, as its owner."""

import os
import sys

from alembic import context
from sqlalchemy import create_engine, make_url


def migrate() -> None:
    """Run the revisions that the database lacks, in one transaction: all of them or none."""
    url = os.environ.get("MIGRATIONS_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        sys.exit("Set DATABASE_URL to the database to migrate, such as postgresql://user:password@localhost/fitburn")
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"))
    with engine.begin() as connection:
        # Two deployments that start together take turns.
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('fitburn.migrate'))")
        context.configure(connection=connection, transaction_per_migration=False)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


migrate()
