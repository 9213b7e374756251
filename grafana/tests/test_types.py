"""The dashboards have the types that Grafana publishes in npm's @grafana/schema: names, kinds and choices."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grafana import build
from grafana.reading import panels

HERE = Path(__file__).parent
PANEL_TYPES = {
    "barchart": "barchart", "heatmap": "heatmap", "stat": "stat", "status-history": "statushistory", "table": "table",
    "timeseries": "timeseries",
}  # fmt: skip
WITHOUT_FIELD_CONFIG = ("stat",)
COMPILE = (
    "node node_modules/typescript/bin/tsc --noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler "
    "--target es2022 --lib es2022,dom"
).split()

# In JSON an enum is its value.
PLAIN = """
type Plain<T> =
    T extends string ? `${T}` :
    T extends (infer U)[] ? Plain<U>[] :
    T extends object ? { [K in keyof T]: Plain<T[K]> } :
    T;
"""

Check = Callable[[dict[str, Any]], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def types_of() -> Check:
    """Compiles a dashboard against the published types."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm: install nodejs to check dashboards against Grafana's published types")
    install()

    def check(dashboard: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        source = HERE / "node_modules" / f"dashboard-{os.getpid()}.ts"
        source.write_text(typed(dashboard), encoding="utf-8")
        try:
            return subprocess.run([*COMPILE, str(source)], cwd=HERE, capture_output=True, text=True, check=False)
        finally:
            source.unlink()

    return check


def install() -> None:
    """What package-lock.json names, once; node_modules is not committed."""
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == lock.read_text():
        return
    print("npm ci: Grafana's published types …", flush=True)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"npm ci failed: is the npm registry reachable?\n{done.stderr}")
    stamp.write_text(lock.read_text())


def typed(dashboard: dict[str, Any]) -> str:
    """A TypeScript file that is correct if the dashboard, and each panel's own settings, are."""
    lines = ["import type { Dashboard } from '@grafana/schema';", *map(import_of, PANEL_TYPES.values()), PLAIN]
    lines.append(f"export const dashboard: Plain<Dashboard> = {json.dumps(dashboard, indent=1)};")
    for panel in panels(dashboard):
        kind, number = PANEL_TYPES[panel["type"]], panel["id"]
        options, custom = panel["options"], panel["fieldConfig"]["defaults"].get("custom", {})
        lines.append(f"export const options{number}: Plain<Partial<{kind}.Options>> = {json.dumps(options, indent=1)};")
        if kind in WITHOUT_FIELD_CONFIG:
            assert not custom
        else:
            lines.append(
                f"export const custom{number}: Plain<Partial<{kind}.FieldConfig>> = {json.dumps(custom, indent=1)};"
            )
    return "\n".join(lines) + "\n"


def import_of(kind: str) -> str:
    folder = HERE / "node_modules" / "@grafana" / "schema" / "dist" / "types" / "raw" / "composable" / kind / "panelcfg"
    return f"import type * as {kind} from '{folder}/x/types.gen';"


def test_the_dashboard_has_the_published_types(dashboard: dict[str, Any], types_of: Check) -> None:
    checked = types_of(dashboard)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_unknown_setting_is_reported(types_of: Check) -> None:
    dashboard = build.dashboards()["club.json"]
    panels(dashboard)[0]["options"]["colourMode"] = "value"
    dashboard["refresh_every"] = "5m"
    checked = types_of(dashboard)
    assert checked.returncode != 0
    assert "colourMode" in checked.stdout
    assert "refresh_every" in checked.stdout
