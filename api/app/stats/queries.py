"""Queries on the marts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from fitburn.database import Rows

DAILY_METRICS, LEADERBOARD_DAILY = "daily_metrics", "leaderboard_daily"

READ_DAYS = text("""
select
    day, workouts_cnt, done_cnt, failed_cnt, pending_cnt, avg_calories, median_calories, avg_latency_sec,
    p95_latency_sec, active_users, total_calories, points_awarded, created_at
from daily_metrics
where
    club_id = :club_id
    and day >= coalesce(cast(:from_day as date), '-infinity')
    and day <= coalesce(cast(:to_day as date), 'infinity')
    and day < coalesce(cast(:before as date), 'infinity')
order by day desc
limit :limit
""")

FIND_RUN = text("select finished_at from mart_runs where mart = :mart")


def read_days(
    connection: Connection,
    club_id: UUID,
    from_day: date | None,
    to_day: date | None,
    *,
    before: date | None,
    limit: int,
) -> Rows:
    """Days of the club, latest first, within the bounds (both included) and `before` a day."""
    parameters = {
        "club_id": club_id,
        "from_day": from_day,
        "to_day": to_day,
        "before": before,
        "limit": limit,
    }
    return connection.execute(READ_DAYS, parameters).all()


def refreshed_at(connection: Connection, mart: str) -> datetime | None:
    """When the latest run of the mart finished; None if it never ran."""
    moment: datetime | None = connection.execute(FIND_RUN, {"mart": mart}).scalar_one_or_none()
    return moment
