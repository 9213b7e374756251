"""A dashboard around its panels: rows, positions, links and the variable `$club`."""

from collections.abc import Mapping, Sequence

from grafana.sources import MARTS, Json

COLUMNS = 24
TAG = "fitburn"
SCHEMA_VERSION = 41


def dashboard(
    *,
    uid: str,
    title: str,
    description: str,
    since: str,
    refresh: str,
    rows: Mapping[str, Sequence[Json]],
    variables: Sequence[Json] = (),
) -> Json:
    """Rows of panels by heading. Times are shown in UTC: clubs in several zones share no other one."""
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": [TAG],
        "timezone": "utc",
        "editable": False,
        "graphTooltip": 1,
        "schemaVersion": SCHEMA_VERSION,
        "refresh": refresh,
        "time": {"from": since, "to": "now"},
        "timepicker": {},
        "links": [_other_dashboards()],
        "annotations": {"list": []},
        "templating": {"list": list(variables)},
        "panels": _place(rows),
    }


def club_variable(*, several: bool) -> Json:
    """The variable `$club`: one of the clubs in the marts or, with `several`, any number of them."""
    return {
        "type": "query",
        "name": "club",
        "label": "Club",
        "datasource": MARTS,
        "query": "select distinct club from daily_metrics order by club",
        "refresh": 1,
        "sort": 1,
        "multi": several,
        "includeAll": several,
        # With a single club Grafana selects the first.
        **({"current": {"text": "All", "value": "$__all"}} if several else {}),
        "options": [],
        "hide": 0,
        "skipUrlSync": False,
    }


def _other_dashboards() -> Json:
    return {
        "type": "dashboards",
        "title": "FitBurn",
        "tags": [TAG],
        "asDropdown": False,
        "includeVars": True,
        # Operators look at hours, clubs at weeks.
        "keepTime": False,
        "targetBlank": False,
        "icon": "external link",
        "tooltip": "",
        "url": "",
    }


def _place(rows: Mapping[str, Sequence[Json]]) -> list[Json]:
    """Lay panels out from left to right, wrapping where the width ends, each group under its heading."""
    placed: list[Json] = []
    top = 0
    for heading, panels in rows.items():
        placed.append(_heading(heading, top))
        top, left, line = top + 1, 0, 0
        for panel in panels:
            size = panel["gridPos"]
            if left + size["w"] > COLUMNS:
                top, left, line = top + line, 0, 0
            placed.append(panel | {"gridPos": size | {"x": left, "y": top}})
            left, line = left + size["w"], max(line, size["h"])
        top += line
    return [panel | {"id": number} for number, panel in enumerate(placed, start=1)]


def _heading(title: str, top: int) -> Json:
    position = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": position}
