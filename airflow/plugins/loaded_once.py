"""Loads what every task needs into the scheduler, whose copies the tasks are: half a task's CPU time was imports."""

import airflow.providers.common.sql.operators.sql
import airflow.providers.postgres.hooks.postgres
import airflow.sdk.execution_time.task_runner  # noqa: F401
