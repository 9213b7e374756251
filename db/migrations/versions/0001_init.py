"""The first schema. A database without one gets db/init instead, and no revision runs."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    pass
