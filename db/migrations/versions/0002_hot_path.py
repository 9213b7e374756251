"""The functions that API and workers call for each batch."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

FUNCTIONS = Path(__file__).parents[2] / "init" / "008_hot_path.sql"


def upgrade() -> None:
    # It replaces what is there. A bare cursor: it takes many statements at once and leaves percent signs alone.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text(encoding="utf-8"))
