import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[1]
ROOT = FOLDER.parent
BUILD = runpy.run_path(str(FOLDER / "build.py"))
PAGES: dict[str, str] = BUILD["PAGES"]
render: Callable[..., bytes] = BUILD["render"]
FIGURES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "figures.yaml").read_text(encoding="utf-8"))


def digits(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


@pytest.mark.parametrize("source", PAGES)
def test_the_committed_page_is_up_to_date(source: str) -> None:
    assert (FOLDER / PAGES[source]).read_bytes() == render(source), "make one-pager"


@pytest.mark.parametrize("source", PAGES)
def test_the_document_has_one_page_and_embeds_its_fonts(source: str) -> None:
    page = render(source)
    assert re.findall(rb"/Type\s*/Pages\s*/Count (\d+)|/Count (\d+)", page)[0] in ((b"1", b""), (b"", b"1"))
    assert b"Onest" in page and b"/FontFile" in page


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: str(figure["measured"]))
def test_every_figure_was_measured(figure: dict[str, Any]) -> None:
    assert figure["measured"] in (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: str(figure["measured"]))
def test_both_languages_show_the_measured_figure_or_its_rounding(figure: dict[str, Any]) -> None:
    measured = {digits(number) for number in re.findall(r"\d[\d,.]*\d|\d", str(figure["measured"]))}
    for language in ("ru", "en"):
        shown = digits(figure[language]["value"])
        assert any(shown in (number, round(number)) for number in measured)
