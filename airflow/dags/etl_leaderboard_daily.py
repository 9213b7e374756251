"""leaderboard_daily: the places of a club's members on a day. Runs when daily_metrics is up to date."""

import sys
from pathlib import Path

from airflow.sdk import DAG, Asset

sys.path.append(str(Path(__file__).parent))  # not every way of loading a DAG does

from marts import NOT_NEGATIVE, NOT_NULL, RUNS, rebuild

with DAG("etl_leaderboard_daily", schedule=[Asset("daily_metrics")], doc_md=__doc__, **RUNS):
    rebuild(
        "leaderboard_daily",
        columns={
            "day": NOT_NULL,
            "club_id": NOT_NULL,
            "user_id": NOT_NULL,
            "workouts_cnt": NOT_NEGATIVE,
            "total_calories": NOT_NEGATIVE,
            "rank": NOT_NULL,
        },
        rows={
            "one_row_per_day_club_and_member": "count(*) = count(distinct (day, club_id, user_id))",
            # that no rank is left out beyond ties is compared with the totals: leaderboard_daily_faults
            "every_board_has_a_first": (
                "count(distinct (day, club_id)) = count(distinct (day, club_id)) filter (where rank = 1)"
            ),
        },
    )
