"""Links from one page to another. `pages` says each time which there are."""

import streamlit as st

_PAGES = "pages"


def know(pages: dict[str, st.Page]) -> None:
    """The pages of this run, by their paths."""
    st.session_state[_PAGES] = pages


def known() -> dict[str, st.Page]:
    pages: dict[str, st.Page] = st.session_state[_PAGES]
    return pages


def link(path: str, label: str, icon: str) -> None:
    """A link to another page of the reader's."""
    st.page_link(known()[path], label=label, icon=icon)
