"""The type of transfers to book, and room for functions whose signatures have changed."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("create type new_transfer as (kind text, source_id uuid, member_id uuid, amount integer)")
    op.execute("drop function complete_challenges(uuid[], date, date), record_completions(uuid[], uuid[])")
    op.execute("drop function evaluate_challenge(uuid)")
