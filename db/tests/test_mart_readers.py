"""Rights on the marts: analysts and Grafana read them and nothing else."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

MARTS = {
    "daily_metrics", "hourly_metrics", "leaderboard_daily", "feature_drift_daily", "points_liability_daily",
    "mart_runs",
}  # fmt: skip
READABLE = "select c.relname from pg_class as c where c.relkind = 'r' and has_table_privilege(:role, c.oid, :right)"
IN_PUBLIC = f"{READABLE} and c.relnamespace = 'public'::regnamespace"


def tables(owner: Engine, role: str, right: str) -> set[str]:
    with owner.connect() as connection:
        return set(connection.execute(text(IN_PUBLIC), {"role": role, "right": right}).scalars())


@pytest.mark.parametrize("role", ["analyst", "grafana"])
def test_readers_of_marts_read_the_marts_and_nothing_else(owner: Engine, role: str) -> None:
    assert tables(owner, role, "select") == MARTS
    assert tables(owner, role, "insert, update, delete, truncate") == set()
    with owner.connect() as connection:
        connection.exec_driver_sql(f"set local role {role}")
        for mart in MARTS:
            connection.exec_driver_sql(f"select * from {mart}")


@pytest.mark.parametrize("role", ["analyst", "grafana"])
@pytest.mark.parametrize(
    "statement",
    [
        "select * from users",
        "select * from workouts",
        "select changed_days('daily_metrics')",
        "select refresh_daily_metrics(current_date, current_date)",
        "select finish_mart_run('daily_metrics', 0)",
        "delete from daily_metrics",
        "create table mine (n integer)",
    ],
)
def test_readers_of_marts_are_refused_the_rest(owner: Engine, role: str, statement: str) -> None:
    with owner.connect() as connection:
        connection.exec_driver_sql(f"set local role {role}")
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.exec_driver_sql(statement)


def test_the_services_read_marts_and_cannot_change_them(owner: Engine) -> None:
    assert {"daily_metrics", "leaderboard_daily", "mart_runs"} <= tables(owner, "fitburn_app", "select")
    assert not tables(owner, "fitburn_app", "insert, update, delete, truncate") & {*MARTS, "mart_changes"}
