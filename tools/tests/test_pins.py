"""requirements.txt files are what `make pins` makes of the dependency groups."""

import re
import tomllib
from pathlib import Path

import pytest

from local.bootstrap import REQUIREMENTS
from tools.pins import AIRFLOW_FOLDERS, FOLDERS

ROOT = Path(__file__).resolve().parents[2]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
PINNED = FOLDERS | AIRFLOW_FOLDERS


def names(group: str) -> set[str]:
    """Of the packages of a group and of those that it includes, without extras."""
    entries = GROUPS[group]
    included = [names(entry["include-group"]) for entry in entries if isinstance(entry, dict)]
    return {entry.partition("[")[0] for entry in entries if isinstance(entry, str)}.union(*included)


def pins(folder: str) -> dict[str, str]:
    """Version by package name; one that depends on the platform has several lines, of which the last counts."""
    text = (ROOT / folder / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE))


def test_each_group_is_pinned_and_each_file_belongs_to_a_group() -> None:
    tracked = {file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob("[!.]*/**/requirements.txt")}
    assert set(PINNED) == set(GROUPS)
    assert set(PINNED.values()) == tracked
    assert {file for files in REQUIREMENTS.values() for file in files} <= {f"{it}/requirements.txt" for it in tracked}


@pytest.mark.parametrize("group", PINNED)
def test_a_file_pins_what_its_group_needs(group: str) -> None:
    assert names(group) <= set(pins(PINNED[group]))


@pytest.mark.parametrize("folders", [FOLDERS, AIRFLOW_FOLDERS], ids=["services", "airflow"])
def test_files_that_are_installed_together_have_the_same_versions(folders: dict[str, str]) -> None:
    widest, *others = folders.values()
    common = pins(widest)
    assert {
        name for folder in others for name, version in pins(folder).items() if common.get(name, version) != version
    } == set()


@pytest.mark.parametrize("folder", PINNED.values())
def test_no_address_of_a_registry_is_written_down(folder: str) -> None:
    assert "://" not in (ROOT / folder / "requirements.txt").read_text(encoding="utf-8")
