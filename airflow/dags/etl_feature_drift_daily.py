"""feature_drift_daily: how far a day is from what the model learned. Runs when daily_metrics is up to date."""

import sys
from pathlib import Path

from airflow.sdk import DAG, Asset

sys.path.append(str(Path(__file__).parent))  # not every way of loading a DAG does

from marts import NOT_NEGATIVE, NOT_NULL, RUNS, rebuild

with DAG("etl_feature_drift_daily", schedule=[Asset("daily_metrics")], doc_md=__doc__, **RUNS):
    rebuild(
        "feature_drift_daily",
        columns={
            "day": NOT_NULL,
            "feature": NOT_NULL,
            "n": NOT_NEGATIVE,
            "psi": NOT_NEGATIVE,
        },
        rows={"one_row_per_day_and_feature": "count(*) = count(distinct (day, feature))"},
    )
