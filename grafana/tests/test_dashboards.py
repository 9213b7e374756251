"""The committed dashboards are what the code makes, can be read by a person, and resolve to provisioned sources."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from grafana import build
from grafana.reading import DASHBOARDS, ROOT, panels

PROVISIONING = ROOT / "grafana" / "provisioning"


def test_the_committed_dashboards_are_up_to_date() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in DASHBOARDS.glob("*.json")}
    made = {name: build.render(dashboard) for name, dashboard in build.dashboards().items()}
    assert committed == made, "run: python -m grafana.build"


def test_every_data_source_is_provisioned(dashboard: dict[str, Any]) -> None:
    provisioned = yaml.safe_load((PROVISIONING / "datasources" / "fitburn.yaml").read_text())["datasources"]
    available = {source["uid"]: source["type"] for source in provisioned}
    used = {source["uid"]: source["type"] for source in sources(dashboard)}
    assert used.items() <= available.items()
    assert used


def sources(part: Any) -> Iterator[dict[str, str]]:
    """Every reference to a data source, wherever it is."""
    if isinstance(part, dict):
        if "datasource" in part:
            yield part["datasource"]
        for value in part.values():
            yield from sources(value)
    elif isinstance(part, list):
        for value in part:
            yield from sources(value)


def test_dashboards_find_each_other_by_uid_and_tag() -> None:
    made = list(build.dashboards().values())
    assert len({dashboard["uid"] for dashboard in made}) == len(made)
    for dashboard in made:
        [link] = dashboard["links"]
        assert set(link["tags"]) <= set(dashboard["tags"])


def test_every_panel_has_a_title_a_description_and_a_unit(dashboard: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in panels(dashboard)]
    assert len(set(titles)) == len(titles)
    for panel in panels(dashboard):
        assert len(panel["description"]) > 10, panel["title"]
        defaults = panel["fieldConfig"]["defaults"]
        has_unit = "unit" in defaults or "unit" in panel["options"].get("yAxis", {})
        assert has_unit or panel["type"] in ("table", "status-history"), panel["title"]
        assert defaults["noValue"], panel["title"]


def test_panels_fill_the_width_and_do_not_overlap(dashboard: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(0 <= x < 24 for x, _ in cells), panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


@pytest.mark.parametrize("name", ["datasources/fitburn.yaml", "dashboards/fitburn.yaml"])
def test_no_secret_is_written_into_provisioning(name: str) -> None:
    text = (PROVISIONING / name).read_text()
    for line in text.splitlines():
        if line.strip().startswith(("password:", "user:")):
            assert "${" in line
