"""Translations of Streamlit's own texts, which it has in English only and without an option.

A component replaces them in the browser's DOM. See docs/decisions/0012 for why, and how to remove it; a test reads all
pages in Russian and fails on what is missing.
"""

from functools import cache
from pathlib import Path

import streamlit as st

from app.text import language
from app.text.language import N_, _

TEXTS = (
    N_("Skip to main content"), N_("Show password"), N_("Hide password"), N_("Increment"), N_("Decrement"), N_("Open"),
    N_("Close"), N_("Choose an option"), N_("No results"), N_("No options to select"), N_("No options to select."),
    N_("Choose date"), N_("Choose date and time"), N_("Selected date unavailable."), N_("Previous month"),
    N_("Next month"), N_("Last available date"), N_("Connection error"), N_("Reconnected to server."),
    N_("Unable to connect to Streamlit server"), N_("Selectbox options"),
    N_("Clear value"), N_("Clear date"), N_("Dismiss"), N_("Next"), N_("Previous"),
    N_("Use arrow keys to navigate dates. Enter to select. Escape to close."),
    N_("Use arrow keys to navigate. Enter to select. Tab to switch between calendar and time. Escape to close."),
    N_("Streamlit server is not responding. Are you connected to the internet?"),
    N_("visualization"), N_("group mark container"), N_("rect mark container"), N_("symbol mark container"),
    N_("line mark container"),
)  # fmt: skip
"""Texts of Streamlit and its charts, verbatim."""

PATTERNS = (
    N_("Help for {name}"), N_("Today, {name}"), N_("{name} selected"), N_("Today, {name} selected"),
    N_("Choose date, {name}"),
    N_("Selected Date: {name}"), N_("day, {name}"), N_("month, {name}"), N_("year, {name}"), N_("hour, {name}"),
    N_("minute, {name}"),
)  # fmt: skip
"""Texts that contain a name, a date or one of our labels."""

_replace_texts = st.components.v2.component("fitburn_words", js=Path(__file__).with_suffix(".js").read_text())


def speak() -> None:
    """Mount the component; call once per run."""
    with st.container(key="words"):
        _replace_texts(key="put_words", data=_replacements(language.current()))


@cache
def _replacements(spoken: str) -> dict[str, object]:
    """The component's data; empty for Streamlit's own language."""
    if spoken == language.SOURCE:
        return {"language": spoken, "words": {}, "shapes": []}
    words = {text: _(text) for text in TEXTS}
    # Longest first, because a longer pattern is the more specific one.
    shapes = [(_pattern(text), _(text, name="$1")) for text in sorted(PATTERNS, key=len, reverse=True)]
    return {"language": spoken, "words": words, "shapes": shapes}


def _pattern(text: str) -> str:
    return text.replace(".", r"\.").replace("{name}", "(.+)")
