"""How Alembic reaches the database: DATABASE_URL, as its owner. See docs/decisions/0001."""

import os
import sys
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, make_url, text

from db.schema import read_scripts, repeatable_statements

METRICS = Path(__file__).parents[2] / "models" / "metrics.json"


def migrate() -> None:
    """Bring the database to the newest schema in one transaction: completely or not at all."""
    url = os.environ.get("MIGRATIONS_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        sys.exit("Set DATABASE_URL to the database to migrate, such as postgresql://user:password@localhost/fitburn")
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"))
    with engine.begin() as connection:
        # Concurrent deployments take turns.
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('fitburn.migrate'))")
        context.configure(connection=connection, transaction_per_migration=False)
        with context.begin_transaction():
            run(connection)
    engine.dispose()


def run(connection: Connection) -> None:
    """What the Alembic command asks for; an upgrade ends with the repeatable statements of db/init."""
    migrations = context.get_context()
    is_upgrade = "destination_rev" in migrations.opts
    if is_upgrade and migrations.get_current_revision() is None:
        execute(connection, read_scripts())
        migrations.stamp(context.script, "head")
    context.run_migrations()
    if is_upgrade:
        execute(connection, [statement for script in read_scripts() for statement in repeatable_statements(script)])
        introduce_model(connection)


def execute(connection: Connection, statements: list[str]) -> None:
    # A bare cursor: it takes many statements in one call and leaves percent signs alone.
    with connection.connection.cursor() as cursor:
        cursor.execute("\n".join(statements))


def introduce_model(connection: Connection) -> None:
    """Load this release's model card and drift reference. Days that were built before are not rebuilt."""
    if not METRICS.exists():
        print(f"There is no {METRICS}: feature_drift_daily cannot be built until it is there.", file=sys.stderr)
        return
    metrics = {"metrics": METRICS.read_text(encoding="utf-8")}
    for function in ("set_drift_reference", "set_model_card"):
        connection.execute(text(f"select {function}(cast(:metrics as jsonb))"), metrics)


migrate()
