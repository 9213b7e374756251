"""How Alembic reaches the database: DATABASE_URL, as its owner."""

import os
import sys
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, make_url, text

METRICS = Path(__file__).parents[2] / "models" / "metrics.json"


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
        set_drift_reference(connection)
    engine.dispose()


def set_drift_reference(connection: Connection) -> None:
    """The model of this release brings what its inputs are compared with. Old days are not rebuilt for it."""
    if not connection.scalar(text("select to_regprocedure('set_drift_reference(jsonb)') is not null")):
        return
    if METRICS.exists():
        metrics = {"metrics": METRICS.read_text(encoding="utf-8")}
        connection.execute(text("select set_drift_reference(cast(:metrics as jsonb))"), metrics)
    else:
        print(f"There is no {METRICS}: feature_drift_daily cannot be built until it is there.", file=sys.stderr)


migrate()
