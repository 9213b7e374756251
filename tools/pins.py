"""Pins every requirements.in to its requirements.txt, all with the same versions: `make pins`.

The widest set is solved first; its result constrains the others. Raising a version: delete it from
tests/requirements.txt, or all with UPGRADE=1.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from local.bootstrap import ROOT, uv_command

WIDEST = "tests"
FOLDERS = ("api", "worker", "db", "db/seed", "trainer", "ui", "local", "tools/bench")

# Airflow has versions of its own, in a virtual environment of its own; again the wider set first.
APART_WIDEST, APART = "airflow/tests", "airflow"

# Where core/ and client/ are installed without their dependencies, these belong into the pins.
CORE, CLIENT = "core/pyproject.toml", "client/pyproject.toml"
OWN_PACKAGES = {"local": [CORE, CLIENT], "tests": [CORE, CLIENT], "ui": [CLIENT]}
HEADER = "# Made by `make pins` from requirements.in; do not edit.\n"


def main() -> None:
    widest = ROOT / WIDEST / "requirements.txt"
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    pin(WIDEST, upgrade)
    for folder in FOLDERS:
        pin(folder, ["--constraint", str(widest)])
    pin(APART_WIDEST, upgrade)
    pin(APART, ["--constraint", str(ROOT / APART_WIDEST / "requirements.txt")])


def pin(folder: str, options: list[str]) -> None:
    target = ROOT / folder / "requirements.txt"
    sources = [f"{folder}/requirements.in", *OWN_PACKAGES.get(folder, [])]
    with tempfile.TemporaryDirectory() as temporary:
        pinned = Path(temporary) / "requirements.txt"
        if target.exists():
            pinned.write_text(target.read_text())  # what uv keeps to, so that a version changes only when asked
        command = [uv_command(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        command += ["--no-header", "--no-annotate", "--output-file", str(pinned), *sources, *options]
        subprocess.run(command, check=True, cwd=ROOT)
        target.write_text(HEADER + pinned.read_text())
    print(f"{folder}/requirements.txt: {target.read_text().count('==')} packages")


if __name__ == "__main__":
    main()
