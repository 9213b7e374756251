"""Panels in Grafana's JSON schema, with FitBurn's defaults for legends, colours and empty results."""

from collections.abc import Sequence
from typing import Any

from grafana.sources import Json

GREEN, YELLOW, RED = "green", "#EAB839", "red"


def steps(*bounds: tuple[float, str], base: str = GREEN) -> Json:
    """Thresholds: the base colour below the first bound, then the colour of each bound."""
    colours = [{"color": base, "value": None}, *({"color": colour, "value": bound} for bound, colour in bounds)]
    return {"mode": "absolute", "steps": colours}


def stat(
    title: str,
    description: str,
    targets: list[Json],
    *,
    unit: str = "short",
    thresholds: Json | None = None,
    calc: str = "lastNotNull",
    text: str = "auto",
    width: int = 4,
    empty: str = "0",
    **field: Any,
) -> Json:
    """One large number."""
    options = {
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": {"calcs": [calc], "fields": "", "values": False},
        "showPercentChange": False,
        "textMode": text,
        "wideLayout": True,
    }
    defaults = {"unit": unit, "color": {"mode": "thresholds"}, "thresholds": thresholds or steps(), "noValue": empty}
    return _panel("stat", title, description, targets, options, defaults | field, width=width, height=4)


def lines(
    title: str,
    description: str,
    targets: list[Json],
    *,
    unit: str = "short",
    limit: float | None = None,
    bars: bool = False,
    stacked: bool = False,
    below_zero: bool = False,
    width: int = 8,
    calcs: Sequence[str] = ("lastNotNull", "max"),
    overrides: list[Json] | None = None,
    **field: Any,
) -> Json:
    """Series over time. `limit` draws a red line at that value; without `below_zero` the axis starts at 0."""
    options = {
        "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": list(calcs)},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    defaults = {
        "unit": unit,
        **({} if below_zero else {"min": 0}),
        "color": {"mode": "palette-classic"},
        "thresholds": steps() if limit is None else steps((limit, RED)),
        "noValue": "nothing happened",
        "custom": _drawing(bars=bars, stacked=stacked, has_limit=limit is not None),
    }
    return _panel(
        "timeseries", title, description, targets, options, defaults | field, width=width, overrides=overrides
    )


def _drawing(*, bars: bool, stacked: bool, has_limit: bool) -> Json:
    return {
        "drawStyle": "bars" if bars else "line",
        "fillOpacity": 60 if bars else 10,
        "lineWidth": 1,
        "showPoints": "never" if bars else "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "dashed" if has_limit else "off"},
    }


def heatmap(title: str, description: str, targets: list[Json], *, unit: str, width: int = 12) -> Json:
    """A histogram over time, from its buckets."""
    options = {
        "calculate": False,
        "cellGap": 1,
        "color": {
            "mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "scale": "exponential",
            "reverse": False, "fill": "dark-orange",
        },
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": True},
        "yAxis": {"axisPlacement": "left", "unit": unit, "reverse": False},
    }  # fmt: skip
    defaults = {"noValue": "nothing was scored"}
    return _panel("heatmap", title, description, targets, options, defaults, width=width)


def history(title: str, description: str, targets: list[Json], *, thresholds: Json, width: int = 16) -> Json:
    """Status history: a coloured cell for each series and time, like a heat map with named rows."""
    options = {
        "colWidth": 0.95,
        "rowHeight": 0.9,
        "showValue": "never",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    defaults = {
        "color": {"mode": "thresholds"},
        "thresholds": thresholds,
        "decimals": 2,
        "noValue": "no day with 500 scored workouts yet",
        "custom": {"fillOpacity": 80, "lineWidth": 0},
    }
    return _panel("status-history", title, description, targets, options, defaults, width=width, height=10)


def table(
    title: str,
    description: str,
    targets: list[Json],
    *,
    width: int = 8,
    height: int = 10,
    empty: str = "none",
    overrides: list[Json] | None = None,
    transformations: list[Json] | None = None,
) -> Json:
    options = {"showHeader": True, "cellHeight": "sm", "frameIndex": 0, "sortBy": []}
    defaults = {"custom": {"align": "auto", "filterable": False}, "thresholds": steps(), "noValue": empty}
    panel = _panel(
        "table", title, description, targets, options, defaults, width=width, height=height, overrides=overrides
    )
    return panel | {"transformations": transformations or []}


def columns(title: str, description: str, targets: list[Json], *, category: str, unit: str, width: int = 8) -> Json:
    """A bar for each value of the column `category`."""
    options = {
        "xField": category, "orientation": "vertical", "stacking": "none", "showValue": "auto", "barWidth": 0.8,
        "groupWidth": 0.7, "barRadius": 0, "fullHighlight": False, "xTickLabelRotation": 0, "xTickLabelMaxLength": 0,
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "single", "sort": "none"},
    }  # fmt: skip
    custom = {"fillOpacity": 70, "lineWidth": 1, "axisSoftMin": 0}
    defaults = {
        "unit": unit, "color": {"mode": "palette-classic"}, "thresholds": steps(), "noValue": "none", "custom": custom,
    }  # fmt: skip
    return _panel("barchart", title, description, targets, options, defaults, width=width, height=10)


def over(days: str, panel: Json) -> Json:
    """Fix the panel's time range, independently of the dashboard's: `over("30d", panel)`."""
    return panel | {"timeFrom": days}


def by_name(column: str, **properties: Any) -> Json:
    """Overrides for a field: by_name("psi", decimals=2). A double underscore stands for a dot."""
    settings = [{"id": name.replace("__", "."), "value": value} for name, value in properties.items()]
    return {"matcher": {"id": "byName", "options": column}, "properties": settings}


def _panel(
    kind: str,
    title: str,
    description: str,
    targets: list[Json],
    options: Json,
    defaults: Json,
    *,
    width: int,
    height: int = 8,
    overrides: list[Json] | None = None,
) -> Json:
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": targets[0]["datasource"],
        "targets": targets,
        "options": options,
        "fieldConfig": {"defaults": defaults, "overrides": overrides or []},
        "gridPos": {"w": width, "h": height},
    }
