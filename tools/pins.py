"""Pins each dependency group of pyproject.toml in the requirements.txt of its folder: `make pins`.

The widest group is solved first, and its result constrains the others, so that all share one set of versions. To raise
a version, delete its line from tests/requirements.txt, or set UPGRADE=1 to raise all.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from local.bootstrap import ROOT, uv_command

FOLDERS = {
    "tests": "tests",
    "api": "api",
    "worker": "worker",
    "db": "db",
    "seed": "db/seed",
    "trainer": "trainer",
    "ui": "ui",
    "runtime": "local",
    "bench": "tools/bench",
}
"""By group, the widest first."""

# Airflow has separate versions, in a separate virtual environment. Again the wider group first.
AIRFLOW_FOLDERS = {"airflow-tests": "airflow/tests", "airflow": "airflow"}

# core/ and client/ are installed without their dependencies, so their dependencies belong into the pins.
CORE, CLIENT = "core/pyproject.toml", "client/pyproject.toml"
OWN_PACKAGES = {"runtime": [CORE, CLIENT], "tests": [CORE, CLIENT], "ui": [CLIENT]}
HEADER = "# Made by `make pins` from the group `{group}` of pyproject.toml; do not edit.\n"


def main() -> None:
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    for folders in (FOLDERS, AIRFLOW_FOLDERS):
        widest, *others = folders
        _pin(widest, folders[widest], upgrade)
        for group in others:
            _pin(group, folders[group], ["--constraint", f"{folders[widest]}/requirements.txt"])


def _pin(group: str, folder: str, options: list[str]) -> None:
    target = ROOT / folder / "requirements.txt"
    with tempfile.TemporaryDirectory() as temporary:
        pinned = Path(temporary) / "requirements.txt"
        if target.exists():
            pinned.write_text(target.read_text())  # uv keeps these versions unless it is asked to upgrade
        command = [uv_command(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        command += ["--no-header", "--no-annotate", "--output-file", str(pinned), "--group", f"pyproject.toml:{group}"]
        subprocess.run([*command, *OWN_PACKAGES.get(group, []), *options], check=True, cwd=ROOT)
        target.write_text(HEADER.format(group=group) + pinned.read_text())
    print(f"{folder}/requirements.txt: {target.read_text().count('==')} packages")


if __name__ == "__main__":
    main()
