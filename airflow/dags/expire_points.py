"""Points and redemptions that are due expire: functions of the database (db/init/004_*.sql), which find what is due.

`expire_points` runs every hour, since midnight comes to each club's zone at another hour; `expire_redemptions` runs
every ten minutes. A run that comes twice, or late, does what is left to do.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param

CONNECTION = "fitburn"
EVERY_HOUR = CronDataIntervalTimetable("5 * * * *", timezone="UTC")
EVERY_TEN_MINUTES = CronDataIntervalTimetable("*/10 * * * *", timezone="UTC")

RUNS: dict[str, Any] = {
    "start_date": datetime(2020, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "is_paused_upon_creation": False,
    "tags": ["points"],
    "default_args": {
        "retries": 3,
        "retry_delay": timedelta(seconds=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(minutes=30),
    },
}
DAY = Param(
    None,
    type=["null", "string"],
    format="date",
    description="As of this day. Left out: today in each club's zone; a later day counts as today.",
)

with DAG("expire_points", schedule=EVERY_HOUR, doc_md=__doc__, params={"day": DAY}, **RUNS):
    SQLExecuteQueryOperator(
        task_id="expire_points",
        conn_id=CONNECTION,
        sql="select expire_points(nullif(%(day)s, '')::date)",
        parameters={"day": "{{ params.day or '' }}"},
    )

with DAG("expire_redemptions", schedule=EVERY_TEN_MINUTES, doc_md=__doc__, **RUNS):
    SQLExecuteQueryOperator(task_id="expire_redemptions", conn_id=CONNECTION, sql="select expire_redemptions()")
