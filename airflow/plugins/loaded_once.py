"""Preloads what every task needs into the scheduler, which forks tasks: imports took most of a task's CPU time."""

import airflow.providers.common.sql.operators.sql
import airflow.providers.postgres.hooks.postgres
import airflow.sdk.definitions.decorators
import airflow.sdk.definitions.timetables.interval
import airflow.sdk.execution_time.task_runner  # noqa: F401
import jinja2.ext  # noqa: F401
