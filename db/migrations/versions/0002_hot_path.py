"""The functions that API and workers call for each batch. Functions come with every upgrade: see db/schema.py."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    pass
