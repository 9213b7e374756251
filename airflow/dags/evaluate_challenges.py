"""Pays bonuses that no worker could see: for workouts that were approved later, and challenges that were set up late.

A worker pays with the workout that reaches a goal. What happens without a worker leaves a mark in `challenge_changes`;
a run evaluates the challenges that are marked, counts who takes part in them, and pays nobody twice. Without marks it
does nothing.
"""

import sys
from pathlib import Path

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

sys.path.append(str(Path(__file__).parent))  # not every way of loading a DAG does

from marts import CONNECTION, EVERY_FIVE_MINUTES, RUNS

# It finds by itself what to do, and builds no mart.
WITHOUT_DAYS = RUNS | {"params": {}, "tags": ["points"]}

with DAG("evaluate_challenges", schedule=EVERY_FIVE_MINUTES, doc_md=__doc__, **WITHOUT_DAYS):
    # The procedure ends a transaction after each challenge, so it must not be called within one.
    SQLExecuteQueryOperator(task_id="evaluate", conn_id=CONNECTION, sql="call evaluate_challenges()", autocommit=True)
