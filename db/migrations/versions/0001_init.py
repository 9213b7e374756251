"""The schema of db/init, as it is now.

A fresh database gets the present files and then finds every later revision already done, so later revisions are
written to do nothing where their change is there (`if not exists`, `create or replace`).
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

INIT = Path(__file__).parents[2] / "init"


def upgrade() -> None:
    scripts = [script.read_text(encoding="utf-8") for script in sorted(INIT.glob("*.sql"))]
    # A bare cursor: it takes many statements at once and leaves percent signs alone.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute("\n".join(scripts))
