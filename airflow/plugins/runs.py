"""What the DAGs share: the connection, the intervals and the arguments of DAG.

DAG files import it by its plain name: Airflow puts the folder of its plugins on the path of every component.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable

CONNECTION = "fitburn"

# Explicit intervals: a plain cron string would make runs with an empty interval.
EVERY_FIVE_MINUTES = CronDataIntervalTimetable("*/5 * * * *", timezone="UTC")
EVERY_TEN_MINUTES = CronDataIntervalTimetable("*/10 * * * *", timezone="UTC")
EVERY_HOUR = CronDataIntervalTimetable("5 * * * *", timezone="UTC")
EVERY_DAY = CronDataIntervalTimetable("0 0 * * *", timezone="UTC")


def run_settings(*tags: str) -> dict[str, Any]:
    """Arguments of DAG: one run at a time, no catch-up, three retries with exponential back-off."""
    return {
        "start_date": datetime(2020, 1, 1, tzinfo=UTC),
        "catchup": False,
        "max_active_runs": 1,
        "is_paused_upon_creation": False,
        "tags": list(tags),
        "default_args": {
            "retries": 3,
            "retry_delay": timedelta(seconds=5),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=2),
            "execution_timeout": timedelta(minutes=30),
        },
    }
