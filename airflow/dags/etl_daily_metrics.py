"""daily_metrics: one row per club and day, from the workouts that changed since the last run.

`etl_daily_metrics` runs every ten minutes. `rebuild_daily_metrics` rebuilds the previous day once more, changed or
not; its backfill over a range of dates rebuilds these days, one run a day. Both trigger the marts that follow.
"""

from airflow.sdk import DAG

from marts import NOT_NEGATIVE, NOT_NULL, RUNS, rebuild
from runs import EVERY_DAY, EVERY_TEN_MINUTES

MART = "daily_metrics"
FOLLOWERS = ("leaderboard_daily", "feature_drift_daily")

COLUMNS = {
    "day": NOT_NULL,
    "club_id": NOT_NULL,
    "workouts_cnt": NOT_NEGATIVE,
    "done_cnt": NOT_NEGATIVE,
    "failed_cnt": NOT_NEGATIVE,
    "pending_cnt": NOT_NEGATIVE,
    "active_users": NOT_NEGATIVE,
    "total_calories": NOT_NEGATIVE,
    "points_awarded": NOT_NEGATIVE,
}
ROWS = {
    "one_row_per_day_and_club": "count(*) = count(distinct (day, club_id))",
    "done_ratio_in_0_1": "coalesce(bool_and(done_cnt::float8 / workouts_cnt between 0 and 1), true)",
    "states_add_up": "coalesce(bool_and(workouts_cnt = done_cnt + failed_cnt + pending_cnt), true)",
}

with DAG("etl_daily_metrics", schedule=EVERY_TEN_MINUTES, doc_md=__doc__, **RUNS):
    rebuild(MART, columns=COLUMNS, rows=ROWS, followers=FOLLOWERS)

with DAG("rebuild_daily_metrics", schedule=EVERY_DAY, doc_md=__doc__, **RUNS):
    rebuild(MART, columns=COLUMNS, rows=ROWS, followers=FOLLOWERS, whole_interval=True)
