"""docs/licences.md names every installed package whose licence is not permissive."""

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
OWN = {"fitburn", "fitburn-client"}
PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|Zlib|CC0|HPND", re.IGNORECASE)
COPYLEFT = re.compile(r"GPL|MPL|Mozilla|EPL|CDDL|EUPL|GNU", re.IGNORECASE)
INSTALLED = sorted((found for found in distributions() if found.name not in OWN), key=lambda found: found.name.lower())


def licence(package: Distribution) -> str:
    """The SPDX expression of a package; else its classifiers, or the first line of its free text."""
    metadata = package.metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    free_text = (metadata.get("License") or "").split("\n")[0]
    return metadata.get("License-Expression") or "; ".join(classifiers) or free_text


@pytest.mark.parametrize("package", INSTALLED, ids=lambda package: package.name)
def test_every_package_is_permissive_or_named(package: Distribution) -> None:
    text = licence(package)
    is_permissive = PERMISSIVE.search(text) is not None and COPYLEFT.search(text) is None
    assert is_permissive or re.search(rf"\| .*\b{re.escape(package.name)}\b.* \|", PAGE), text
