"""The two data sources, by their uids in provisioning/datasources, and queries to them."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

PROMETHEUS = {"type": "prometheus", "uid": "fitburn-prometheus"}
MARTS = {"type": "grafana-postgresql-datasource", "uid": "fitburn-marts"}


def promql(**series: str) -> list[Json]:
    """Range queries by legend: promql(ready="sum(…)"). Underscores become spaces.

    The keyword label_<name> makes the series' label <name> the legend.
    """
    return [_promql(expression, _legend(name), ref) for ref, (name, expression) in _lettered(series)]


def promql_now(expression: str, legend: str = "", *, table: bool = False) -> list[Json]:
    """An instant query at the end of the range: one number per series, or a table."""
    target = _promql(expression, legend, "A") | {"range": False, "instant": True}
    return [target | {"format": "table"}] if table else [target]


def promql_quantiles(buckets: str) -> list[Json]:
    """p50, p95 and p99 over time of a histogram, from the series of its buckets."""

    def quantile(q: float) -> str:
        return f"histogram_quantile({q}, sum by (le) (rate({buckets}[$__rate_interval])))"

    return promql(p50=quantile(0.5), p95=quantile(0.95), p99=quantile(0.99))


def promql_buckets(expression: str) -> list[Json]:
    """A histogram's buckets over time."""
    return [_promql(expression, "{{le}}", "A") | {"format": "heatmap"}]


def sql_over_time(query: str) -> list[Json]:
    """Rows with `time`, optionally `metric` (the legend), and values."""
    return [_sql(query, "time_series")]


def sql_table(query: str) -> list[Json]:
    return [_sql(query, "table")]


def _promql(expression: str, legend: str, ref: str) -> Json:
    return {
        "datasource": PROMETHEUS,
        "refId": ref,
        "expr": expression,
        "legendFormat": legend,
        "range": True,
        "instant": False,
    }


def _sql(query: str, form: str) -> Json:
    return {
        "datasource": MARTS,
        "refId": "A",
        "rawSql": query.strip(),
        "rawQuery": True,
        "editorMode": "code",
        "format": form,
    }


def _legend(name: str) -> str:
    return f"{{{{{name.removeprefix('label_')}}}}}" if name.startswith("label_") else name.replace("_", " ")


def _lettered(series: Mapping[str, str]) -> list[tuple[str, tuple[str, str]]]:
    return [(chr(ord("A") + n), item) for n, item in enumerate(series.items())]
