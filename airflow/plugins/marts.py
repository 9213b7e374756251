"""The tasks that the DAGs of all marts share: find the days, rebuild and check them, then announce them.

The arithmetic of a mart lives in the database (db/init), as do the functions called here. Tasks hand a set of days on
as the text of PostgreSQL's datemultirange, such as {[2026-01-01,2026-02-01)}.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from airflow.providers.common.sql.operators.sql import (
    BaseSQLOperator,
    SQLCheckOperator,
    SQLColumnCheckOperator,
    SQLExecuteQueryOperator,
    SQLTableCheckOperator,
)
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Asset, Param, chain, task
from airflow.sdk.exceptions import AirflowFailException

from runs import CONNECTION, run_settings

# Column checks.
NOT_NULL = {"null_check": {"equal_to": 0}}
NOT_NEGATIVE = NOT_NULL | {"min": {"geq_to": 0}}


def day_param(description: str) -> Param:
    return Param(None, type=["null", "string"], format="date", description=description)


RUNS: dict[str, Any] = run_settings("marts") | {
    "params": {
        "from_day": day_param("First day to rebuild. Without days: those that the run finds by itself."),
        "to_day": day_param("Last day to rebuild, included. Left out: the first day alone."),
    },
}
"""Arguments of DAG, the same for each mart."""


def rebuild(
    mart: str,
    *,
    columns: Mapping[str, Any],
    rows: Mapping[str, str],
    followers: Sequence[str] = (),
    whole_interval: bool = False,
) -> None:
    """Add the tasks of a run to the current DAG.

    `columns` are checks of SQLColumnCheckOperator, `rows` conditions over the rebuilt rows. A run rebuilds the days
    that its params name; a backfill, and any run with `whole_interval`, those of its data interval; every other run
    those that have changed. Requested days are marked for the marts in `followers`, which then rebuild them too.
    """
    days: Any = find_days(mart, whole_interval)
    announced = announce.override(outlets=[Asset(mart)])(mart, days, list(followers), whole_interval)
    chain(refresh(mart, days), checks(mart, columns, rows), announced)


# --------------------------------------------------------------------------------------------------------------- days


@task
def find_days(mart: str, whole_interval: bool, **context: Any) -> str:
    """The days of this run."""
    requested = requested_days(context, whole_interval)
    if requested:
        return requested
    changed: tuple[str] = PostgresHook(CONNECTION).get_first(
        "select coalesce(range_agg(daterange(day, day, '[]')), '{}')::text from changed_days(%s) as day",
        parameters=(mart,),
    )
    return changed[0]


def requested_days(context: Mapping[str, Any], whole_interval: bool) -> str | None:
    """The days that the run was started for; None means the days that changed."""
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
    """Rebuild the days and compare them with their source in one transaction: a day that breaks a rule is not
    committed, and readers keep the last good rows."""
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
    """Check the committed rows that readers see. A retry would find the same, so a fault fails the run immediately."""
    each_range = "unnest('{{ ti.xcom_pull(task_ids=\"find_days\") }}'::datemultirange) as days"
    rebuilt = (
        f"(select m.* from {each_range} join {mart} as m on m.day >= lower(days) and m.day < upper(days)) as rebuilt"
    )
    faults = f"{each_range} cross join lateral {mart}_faults(lower(days), upper(days) - 1) as f"
    # Copy the check of each column: the operator writes its results into it.
    column_mapping = {column: deepcopy(check) for column, check in columns.items()}
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
    """Record the run in the database. A follower can miss an asset event, but not a mark in the database."""
    if requested_days(context, whole_interval):
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
