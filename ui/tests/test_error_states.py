"""An error in our own code is shown as an error state, also when it is outside the page itself."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import pages, session

SCRIPT = Path(pages.__file__).with_name("streamlit_app.py")


def test_an_error_around_the_page_is_shown_in_our_words_not_streamlits(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("an internal detail")

    monkeypatch.setattr(session, "member", lambda: None)
    monkeypatch.setattr(pages, "header", broken)
    page = AppTest.from_file(SCRIPT).run(timeout=60)
    assert not page.exception
    assert "**Something went wrong on our side**" in [markdown.value for markdown in page.markdown]
    assert [button.label for button in page.button] == ["Try again"]
