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
        introduce_model(connection)
    engine.dispose()


def introduce_model(connection: Connection) -> None:
    """The model of this release brings its card and what inputs are compared with. Old days are not rebuilt for it.

    A revision of before may know neither.
    """
    if not METRICS.exists():
        print(f"There is no {METRICS}: feature_drift_daily cannot be built until it is there.", file=sys.stderr)
        return
    metrics = {"metrics": METRICS.read_text(encoding="utf-8")}
    for function in ("set_drift_reference", "set_model_card"):
        if connection.scalar(text(f"select to_regprocedure('{function}(jsonb)') is not null")):
            connection.execute(text(f"select {function}(cast(:metrics as jsonb))"), metrics)


migrate()
