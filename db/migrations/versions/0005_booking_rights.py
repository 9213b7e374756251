"""Services book transfers through book_transfers alone."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("revoke insert on point_transfers from fitburn_app")
