"""What the DAGs of all marts share: find the days, rebuild and check them, and only then say that they are there.

The arithmetic of a mart lives in the database (db/init/002_marts.sql, 003_*.sql), as do the functions called here. A
set of days travels between tasks as the text of PostgreSQL's datemultirange, such as {[2026-01-01,2026-02-01)}.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.providers.common.sql.operators.sql import (
    BaseSQLOperator,
    SQLCheckOperator,
    SQLColumnCheckOperator,
    SQLExecuteQueryOperator,
    SQLTableCheckOperator,
)
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Asset, CronDataIntervalTimetable, Param, chain, task
from airflow.sdk.exceptions import AirflowFailException

CONNECTION = "fitburn"

# Explicit intervals: a plain cron string would give runs whose interval is empty.
EVERY_FIVE_MINUTES = CronDataIntervalTimetable("*/5 * * * *", timezone="UTC")
EVERY_TEN_MINUTES = CronDataIntervalTimetable("*/10 * * * *", timezone="UTC")
EVERY_DAY = CronDataIntervalTimetable("0 0 * * *", timezone="UTC")

# Column checks.
NOT_NULL = {"null_check": {"equal_to": 0}}
NOT_NEGATIVE = NOT_NULL | {"min": {"geq_to": 0}}


def day_param(description: str) -> Param:
    return Param(None, type=["null", "string"], format="date", description=description)


# How runs go, whatever the mart: arguments of DAG.
RUNS: dict[str, Any] = {
    "start_date": datetime(2020, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "is_paused_upon_creation": False,
    "tags": ["marts"],
    "params": {
        "from_day": day_param("First day to rebuild. Without days: those that the run finds by itself."),
        "to_day": day_param("Last day to rebuild, included. Left out: the first day alone."),
    },
    "default_args": {
        "retries": 3,
        "retry_delay": timedelta(seconds=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(minutes=30),
    },
}


def rebuild(
    mart: str,
    *,
    columns: Mapping[str, Any],
    rows: Mapping[str, str],
    followers: Sequence[str] = (),
    whole_interval: bool = False,
) -> None:
    """Adds the tasks of a run to the DAG at hand.

    `columns` are checks of SQLColumnCheckOperator, `rows` conditions over the rebuilt rows. A run rebuilds the days
    that its params name; a backfill, and any run with `whole_interval`, those of its data interval; every other run
    those that have changed. Days that were asked for are then rebuilt in the marts that are `followers` too.
    """
    days: Any = find_days(mart, whole_interval)
    told = announce.override(outlets=[Asset(mart)])(mart, days, list(followers), whole_interval)
    chain(refresh(mart, days), checks(mart, columns, rows), told)


# --------------------------------------------------------------------------------------------------------------- days


@task
def find_days(mart: str, whole_interval: bool, **context: Any) -> str:
    """The days of this run."""
    asked = asked_days(context, whole_interval)
    if asked:
        return asked
    found: tuple[str] = PostgresHook(CONNECTION).get_first(
        "select coalesce(range_agg(daterange(day, day, '[]')), '{}')::text from changed_days(%s) as day",
        parameters=(mart,),
    )
    return found[0]


def asked_days(context: Mapping[str, Any], whole_interval: bool) -> str | None:
    """The days that the run was made for; None if it is to find them."""
    first, last = context["params"]["from_day"], context["params"]["to_day"]
    if not first and not last and (whole_interval or context["dag_run"].run_type == "backfill"):
        first, last = days_of_interval(context)
    if not first and not last:
        return None
    if not first or date.fromisoformat(first) > date.fromisoformat(last or first):
        raise AirflowFailException(f"No day is from {first} to {last}: give from_day, and a to_day not before it.")
    return f"{{[{first},{last or first}]}}"


def days_of_interval(context: Mapping[str, Any]) -> tuple[str, str]:
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if not start or not end:
        raise AirflowFailException("This run has no data interval: say which days to rebuild (from_day, to_day).")
    return start.date().isoformat(), max(start, end - timedelta.resolution).date().isoformat()


# -------------------------------------------------------------------------------------------------------------- tasks


def refresh(mart: str, days: Any) -> SQLExecuteQueryOperator:
    """Rebuilds the days and compares them with their source in one transaction: a day that breaks a rule is never
    committed, and readers keep the last good one."""
    each_range = "from unnest(%(days)s::datemultirange) as days"
    return SQLExecuteQueryOperator(
        task_id="refresh",
        conn_id=CONNECTION,
        sql=[
            f"select refresh_{mart}(lower(days), upper(days) - 1) {each_range}",
            f"select check_mart('{mart}', lower(days), upper(days) - 1) {each_range}",
        ],
        parameters={"days": days},
    )


def checks(mart: str, columns: Mapping[str, Any], rows: Mapping[str, str]) -> list[BaseSQLOperator]:
    """What readers now see of these days. Trying again would not change it, so a fault fails the run at once."""
    each_range = "unnest('{{ ti.xcom_pull(task_ids=\"find_days\") }}'::datemultirange) as days"
    rebuilt = (
        f"(select m.* from {each_range} join {mart} as m on m.day >= lower(days) and m.day < upper(days)) as rebuilt"
    )
    faults = f"{each_range} cross join lateral {mart}_faults(lower(days), upper(days) - 1) as f"
    # A copy for each column: the operator writes its findings into it.
    column_mapping = {column: deepcopy(wanted) for column, wanted in columns.items()}
    common: dict[str, Any] = {"conn_id": CONNECTION, "retry_on_failure": False}
    return [
        SQLColumnCheckOperator(task_id="check_columns", table=rebuilt, column_mapping=column_mapping, **common),
        SQLTableCheckOperator(
            task_id="check_rows",
            table=rebuilt,
            checks={name: {"check_statement": condition} for name, condition in rows.items()},
            **common,
        ),
        SQLCheckOperator(
            task_id="check_against_source",
            sql=f"select count(*) = 0, coalesce(string_agg(f.day || ': ' || f.fault, '; '), 'no fault') from {faults}",
            **common,
        ),
    ]


@task
def announce(mart: str, days: str, followers: list[str], whole_interval: bool, **context: Any) -> None:
    """Tells the database. What follows may miss an event of the asset, but never a mark in the database."""
    if asked_days(context, whole_interval):
        statement = """
            select mark_days(follower, lower(days), upper(days) - 1)
            from unnest(%(days)s::datemultirange) as days, unnest(%(followers)s::text[]) as follower
        """
    else:
        statement = """
            select finish_mart_run(%(mart)s, coalesce(sum(upper(days) - lower(days)), 0)::integer)
            from unnest(%(days)s::datemultirange) as days
        """
    PostgresHook(CONNECTION).run(statement, parameters={"mart": mart, "days": days, "followers": followers})
    context["outlet_events"][Asset(mart)].extra = {"days": days}
