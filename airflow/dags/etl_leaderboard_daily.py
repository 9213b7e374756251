"""leaderboard_daily: the ranks of a club's members on a day. Runs when daily_metrics is up to date."""

from airflow.sdk import DAG, Asset

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
            # leaderboard_daily_faults compares the ranks with the totals
            "every_board_has_a_first": (
                "count(distinct (day, club_id)) = count(distinct (day, club_id)) filter (where rank = 1)"
            ),
        },
    )
