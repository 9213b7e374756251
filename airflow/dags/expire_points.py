"""Expires points and redemptions by functions of the database, which find what is due.

`expire_points` runs every hour, since midnight differs between the clubs' time zones; `expire_redemptions` runs every
ten minutes. Both are idempotent: a repeated or late run books what is still due.
"""

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG, Param

from runs import CONNECTION, EVERY_HOUR, EVERY_TEN_MINUTES, run_settings

DAY = Param(
    None,
    type=["null", "string"],
    format="date",
    description="As of this day. Left out: today in each club's zone; a later day counts as today.",
)

with DAG("expire_points", schedule=EVERY_HOUR, doc_md=__doc__, params={"day": DAY}, **run_settings("points")):
    SQLExecuteQueryOperator(
        task_id="expire_points",
        conn_id=CONNECTION,
        sql="select expire_points(nullif(%(day)s, '')::date)",
        parameters={"day": "{{ params.day or '' }}"},
    )

with DAG("expire_redemptions", schedule=EVERY_TEN_MINUTES, doc_md=__doc__, **run_settings("points")):
    SQLExecuteQueryOperator(task_id="expire_redemptions", conn_id=CONNECTION, sql="select expire_redemptions()")
