"""Every query of every panel answers, and answers something, on a seeded stack."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg2
import yaml

from grafana import build
from grafana.reading import CLUBS, expand_promql, expand_sql, queries, span

MADE = build.dashboards()


def answers(url: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows, with the rights of Grafana's login."""
    with psycopg2.connect(url, options="-c timezone=UTC") as connection, connection.cursor() as cursor:
        cursor.execute("set role grafana")
        cursor.execute(query)
        return [column.name for column in cursor.description or ()], cursor.fetchall()


def test_every_sql_query_returns_rows(dashboard: dict[str, Any], seeded_url: str) -> None:
    [several] = [v["multi"] for v in dashboard["templating"]["list"]] or [None]
    for panel, query in queries(dashboard, "rawSql"):
        now = datetime.now(UTC)
        for clubs in [CLUBS] if several else [[club] for club in CLUBS]:
            columns, rows = answers(seeded_url, expand_sql(query, now - span(dashboard, panel), now, clubs))
            assert rows, f"{panel['title']} is empty for {clubs}"
            for n, column in enumerate(columns):
                assert any(row[n] is not None for row in rows), f"{panel['title']}: {column} is always null"


def test_series_over_time_have_ascending_times_and_a_legend(dashboard: dict[str, Any], seeded_url: str) -> None:
    now = datetime.now(UTC)
    for panel, query in queries(dashboard, "rawSql"):
        if panel["targets"][0]["format"] == "time_series":
            columns, rows = answers(seeded_url, expand_sql(query, now - span(dashboard, panel), now, CLUBS[:1]))
            assert columns[0] == "time"
            times = [row[0] for row in rows]
            assert all(isinstance(time, datetime) for time in times), panel["title"]
            assert times == sorted(times), panel["title"]


def test_the_variable_lists_all_clubs(seeded_url: str) -> None:
    for dashboard in MADE.values():
        for variable in dashboard["templating"]["list"]:
            _, rows = answers(seeded_url, variable["query"])
            assert [row[0] for row in rows] == list(CLUBS)


def test_week_over_week_compares_two_whole_weeks(seeded_url: str) -> None:
    [query] = [query for panel, query in queries(MADE["club.json"], "rawSql") if panel["title"] == "Week over week"]
    end = datetime.now(UTC)
    _, [[change]] = answers(seeded_url, expand_sql(query, end, end, ["main"]))
    _, rows = answers(seeded_url, "select day, workouts_cnt from daily_metrics where club = 'main'")
    ago = {(end.date() - day).days: count for day, count in rows if isinstance(day, date)}
    this_week, week_before = (sum(ago[n] for n in days) for days in (range(1, 8), range(8, 15)))
    assert abs(change - (this_week / week_before - 1)) < 1e-12


def test_grafana_can_read_marts_and_nothing_else(seeded_url: str) -> None:
    for table in ("users", "workouts", "predictions", "point_transfers", "api_keys", "sessions"):
        try:
            answers(seeded_url, f"select from {table} limit 1")
        except psycopg2.errors.InsufficientPrivilege:
            continue
        raise AssertionError(f"grafana may read {table}")


def test_every_promql_expression_is_valid(promtool: str, tmp_path: Path) -> None:
    expressions = {expand_promql(query) for dashboard in MADE.values() for _, query in queries(dashboard, "expr")}
    rules = [{"record": f"panel:{n}", "expr": expression} for n, expression in enumerate(sorted(expressions))]
    assert rules
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    checked = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
