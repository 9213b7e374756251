"""feature_drift_daily: the distance of a day's inputs from the training set. Runs when daily_metrics is up to date."""

from airflow.sdk import DAG, Asset

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
