"""points_liability_daily: how many points members can still spend, by club and day.

Its source is the transfers, not the workouts, so it has a separate schedule.
"""

from airflow.sdk import DAG

from marts import NOT_NULL, RUNS, rebuild
from runs import EVERY_TEN_MINUTES

with DAG("etl_points_liability_daily", schedule=EVERY_TEN_MINUTES, doc_md=__doc__, **RUNS):
    rebuild(
        "points_liability_daily",
        columns={
            "day": NOT_NULL,
            "club_id": NOT_NULL,
            "issued": NOT_NULL,
            "spent": NOT_NULL,
            "expired": NOT_NULL,
            "adjusted": NOT_NULL,
            "outstanding": NOT_NULL,
        },
        rows={"one_row_per_day_and_club": "count(*) = count(distinct (day, club_id))"},
    )
