"""Writes dashboards/*.json: python -m grafana.build. A test fails while a committed file is out of date."""

import json
from pathlib import Path

from grafana import club, ml, service
from grafana.sources import Json

FOLDER = Path(__file__).resolve().parent / "dashboards"


def dashboards() -> dict[str, Json]:
    """The dashboards by file name."""
    return {"ml.json": ml.dashboard(), "service.json": service.dashboard(), "club.json": club.dashboard()}


def render(dashboard: Json) -> str:
    return json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, dashboard in dashboards().items():
        (FOLDER / name).write_text(render(dashboard), encoding="utf-8")
        print(f"{name}: {len(dashboard['panels'])} panels")


if __name__ == "__main__":
    main()
