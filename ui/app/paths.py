"""Links between pages. `pages` registers the pages of each run here, so that views need not import it."""

import streamlit as st

_PAGES = "pages"


def register(pages: dict[str, st.Page]) -> None:
    """Set the pages of this run, by path."""
    st.session_state[_PAGES] = pages


def registered() -> dict[str, st.Page]:
    pages: dict[str, st.Page] = st.session_state[_PAGES]
    return pages


def link(path: str, label: str, icon: str) -> None:
    """Draw a link to a page that the reader's role can open."""
    st.page_link(registered()[path], label=label, icon=icon)
