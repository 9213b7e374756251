"""The dashboards' queries, with macros and variables expanded as Grafana does it. For tests."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DASHBOARDS = ROOT / "grafana" / "dashboards"
CLUBS = ("main", "north")

PROMQL_MACROS = {"$__rate_interval": "1m", "$__interval": "15s", "$__range": "6h"}
LEFT_OVER = re.compile(r"\$\w+|\$\{")
SPAN = re.compile(r"^now-(\d+)([hd])$")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """All panels except row headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(dashboard: dict[str, Any], language: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each query with its panel; `language` is rawSql or expr."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            if language in target:
                yield panel, target[language]


def span(dashboard: dict[str, Any], panel: dict[str, Any]) -> timedelta:
    """The time range of a panel: its own, or else the dashboard's."""
    match = SPAN.match(f"now-{panel['timeFrom']}" if "timeFrom" in panel else dashboard["time"]["from"])
    assert match, "ranges are relative: hours or days"
    return int(match[1]) * UNITS[match[2]]


def expand_sql(query: str, begin: datetime, end: datetime, clubs: Sequence[str]) -> str:
    """https://grafana.com/docs/grafana/latest/datasources/postgres/query-editor/#macros"""
    quoted = [f"'{moment:%Y-%m-%dT%H:%M:%SZ}'" for moment in (begin, end)]
    query = re.sub(r"\$__timeFilter\((.+?)\)", rf"\1 BETWEEN {quoted[0]} AND {quoted[1]}", query)
    query = query.replace("$__timeFrom()", quoted[0]).replace("$__timeTo()", quoted[1])
    query = query.replace("${club:sqlstring}", ",".join(f"'{club}'" for club in clubs))
    assert not LEFT_OVER.search(query), f"left unexpanded: {query}"
    return query


def expand_promql(expression: str) -> str:
    for macro, value in PROMQL_MACROS.items():
        expression = expression.replace(macro, value)
    assert not LEFT_OVER.search(expression), f"left unexpanded: {expression}"
    return expression
