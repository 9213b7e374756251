"""Search for a member of the club by name, e-mail or id, a few matches at a time."""

import streamlit as st

from app import session
from app.components.paging import Pages
from app.text import language
from app.text.language import _
from fitburn_client import FoundMember

PAGE_SIZE = 5
MIN_CHARS = 2
MAX_CHARS = 120


def choose(key: str, *, in_address: bool = False) -> str | None:
    """The chosen member's id; until then draw a search box and return None.

    `in_address` keeps the choice in the page's address, under `key`, so that it can be linked to.
    """
    chosen = st.query_params.get(key) if in_address else st.session_state.get(_chosen(key))
    if chosen:
        _show_choice(key, str(chosen))
        return str(chosen)
    query = st.text_input(
        _("Member"),
        key=f"{key}_query",
        max_chars=MAX_CHARS,
        placeholder=_("name, e-mail or id"),
        icon=":material/search:",
        autocomplete="off",
    ).strip()
    if len(query) >= MIN_CHARS:
        _show_matches(key, query, in_address=in_address)
    return None


def reset(key: str) -> None:
    """Drop the choice and the search text."""
    for name in (_chosen(key), f"{key}_query"):
        st.session_state.pop(name, None)
    st.query_params.pop(key, None)


def _show_choice(key: str, user_id: str) -> None:
    name = st.session_state.get(f"{key}_name")
    label = name[1] if name and name[0] == user_id else user_id
    with st.container(key=f"{key}-choice", horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/person: **{language.plain(label)}**", width="content")
        st.button(
            _("Another member"), key=f"{key}_another", type="tertiary", icon=":material/close:",
            on_click=reset, args=(key,),
        )  # fmt: skip


def _show_matches(key: str, query: str, *, in_address: bool) -> None:
    pages = Pages(f"{key}_found", query)
    page = session.api().members.search(query).page(limit=PAGE_SIZE, cursor=pages.cursor)
    if not page.items:
        st.caption(_("Nobody is called so. A few letters from the beginning of a name, an e-mail or an id will do."))
        return
    with st.container(key=f"{key}-found", gap="xsmall"):
        for member in page.items:
            st.button(
                language.plain(_described(member)), key=f"{key}_{member.user_id}", icon=":material/person:",
                width="stretch", on_click=_choose, args=(key, member, in_address),
            )  # fmt: skip
    pages.buttons(page.next_cursor)


def _choose(key: str, member: FoundMember, in_address: bool) -> None:
    st.session_state[f"{key}_name"] = (member.user_id, _described(member))
    if in_address:
        st.query_params[key] = member.user_id
    else:
        st.session_state[_chosen(key)] = member.user_id


def _described(member: FoundMember) -> str:
    """Name and e-mail, since two members may have the same name."""
    return " · ".join(filter(None, (member.display_name, member.email))) or member.user_id


def _chosen(key: str) -> str:
    return f"{key}_chosen"
