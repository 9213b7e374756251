"""Pays bonuses without a worker: for workouts approved later, and for challenges created after the workouts.

A worker pays with the workout that reaches a goal. Every other change leaves a mark in `challenge_changes`; a run
evaluates the marked challenges, counts their participants, and pays each member once. Without marks it does nothing.
"""

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

from runs import CONNECTION, EVERY_FIVE_MINUTES, run_settings

with DAG("evaluate_challenges", schedule=EVERY_FIVE_MINUTES, doc_md=__doc__, **run_settings("points")):
    # The procedure commits after each challenge, so it cannot be called inside a transaction.
    SQLExecuteQueryOperator(task_id="evaluate", conn_id=CONNECTION, sql="call evaluate_challenges()", autocommit=True)
