"""The list of the marts, of which the domain of their names had its own."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        create function marts() returns text[] language sql immutable parallel safe
        return array['daily_metrics', 'leaderboard_daily', 'feature_drift_daily', 'points_liability_daily']
    """)
    op.execute("alter domain mart_name drop constraint mart_name_check")
    op.execute("alter domain mart_name add constraint mart_name_check check (value = any (marts()))")
