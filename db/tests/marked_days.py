"""A history whose marts are up to date, and a run that updates them again."""

from datetime import date, timedelta

from histories import History
from sqlalchemy import Engine

from db.marts import refresh_changed

# The marts of workouts; points_liability_daily is built from transfers and tested separately.
MARTS = ("daily_metrics", "leaderboard_daily", "feature_drift_daily")
DAY = date(2026, 3, 10)
NEXT = DAY + timedelta(days=1)


def unmarked_history(engine: Engine) -> History:
    """A new club, in a database whose marts are up to date."""
    with engine.begin() as connection:
        connection.exec_driver_sql("truncate workouts, predictions, mart_changes, mart_runs")
        connection.exec_driver_sql("truncate daily_metrics, hourly_metrics, leaderboard_daily, feature_drift_daily")
    return History(engine)


def run(engine: Engine) -> dict[str, int]:
    """A run of every mart; the days that each rebuilt."""
    return {mart: refresh_changed(engine, mart).days for mart in MARTS}
