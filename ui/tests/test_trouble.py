"""What goes wrong in our own code: the reader gets words and a way on, whatever part of the page it is in."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import pages, session

SCRIPT = Path(pages.__file__).with_name("streamlit_app.py")


def test_what_fails_around_a_page_is_told_in_words_and_not_in_streamlits(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a detail for nobody's eyes")

    monkeypatch.setattr(session, "member", lambda: None)
    monkeypatch.setattr(pages, "header", broken)
    page = AppTest.from_file(SCRIPT).run(timeout=60)
    assert [one.value for one in page.exception] == []
    assert "**Something went wrong on our side**" in [one.value for one in page.markdown]
    assert [one.label for one in page.button] == ["Try again"]
