"""Cursor pagination: forwards with the API's cursor, backwards through the visited ones."""

import streamlit as st

from app.text.language import _


class Pages:
    """The reader's position in the list `name`; starts over when the filter changes."""

    def __init__(self, name: str, filter_: object) -> None:
        self._name = f"pages_{name}"
        position = st.session_state.get(self._name)
        if position is None or position[0] != filter_:
            st.session_state[self._name] = (filter_, [None])

    @property
    def _cursors(self) -> list[str | None]:
        cursors: list[str | None] = st.session_state[self._name][1]
        return cursors

    @property
    def cursor(self) -> str | None:
        """The API's cursor for the page that is shown."""
        return self._cursors[-1]

    def _go_back(self) -> None:
        self._cursors.pop()

    def buttons(self, next_cursor: str | None, *, latest_first: bool = True) -> None:
        """Buttons to the previous and the next page; none for a single page."""
        number = len(self._cursors)
        if number == 1 and next_cursor is None:
            return
        back, on = (_("Newer"), _("Older")) if latest_first else (_("Older"), _("Newer"))
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.button(
                back, icon=":material/chevron_left:", disabled=number == 1, key=f"{self._name}_back",
                on_click=self._go_back,
            )  # fmt: skip
            st.caption(_("Page {n}", n=number), width="content")
            st.button(
                on, icon=":material/chevron_right:", icon_position="right", disabled=next_cursor is None,
                key=f"{self._name}_on", on_click=self._cursors.append, args=(next_cursor,),
            )  # fmt: skip
