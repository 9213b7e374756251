"""Which pages there are, for whom, and the bar that leads to them: on top, or at the thumb on a phone."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app import cards, paths, states
from app.language import N_, _
from app.views import board, club, club_workouts, history, points, profile, system, today
from fitburn_client import Profile

MEMBER, OPERATOR = "member", "operator"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its name in the catalogues, its icon, its path, what draws it, and for which roles it is."""

    name: str
    icon: str
    path: str
    draw: Callable[[], None]
    roles: tuple[str, ...] = (MEMBER,)


ENTRIES = (
    Entry(N_("Today"), ":material/bolt:", "today", today.show),
    Entry(N_("History"), ":material/calendar_month:", "history", history.show),
    Entry(N_("Board"), ":material/leaderboard:", "board", board.show),
    Entry(N_("Points"), ":material/stars:", "points", points.show),
    Entry(N_("Club"), ":material/monitoring:", "club", club.show, (OPERATOR,)),
    Entry(N_("Workouts"), ":material/list_alt:", "workouts", club_workouts.show, (OPERATOR,)),
    Entry(N_("System"), ":material/memory:", "system", system.show, (OPERATOR,)),
    Entry(N_("Profile"), ":material/person:", "profile", profile.show, (MEMBER, OPERATOR)),
)
HOME = "home"
"""The path of everybody's first page: what it is depends on the role."""


def of(member: Profile | None) -> tuple[Entry, ...]:
    role = member.role if member else MEMBER
    return tuple(entry for entry in ENTRIES if role in entry.roles)


def navigation(member: Profile | None) -> st.Page:
    """The page that is asked for. All are known for everybody, so that an address works again after the log-in."""
    first, *others = of(member)
    pages = {first.path: _page(first, HOME, is_first=True)}
    pages |= {entry.path: _page(entry, entry.path) for entry in others}
    strangers = [_closed(entry) for entry in ENTRIES if entry.path not in pages]
    paths.know(pages)
    return st.navigation([*pages.values(), *strangers], position="hidden")


def header(member: Profile | None, here: st.Page) -> None:
    """The brand, and the pages of the role."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        cards.brand()
        if member is None:
            return
        with st.container(key="nav", horizontal=True, gap="xsmall"):
            for page in paths.known().values():
                if page == here:
                    with st.container(key="nav-here"):
                        st.page_link(page)
                else:
                    st.page_link(page)


def _page(entry: Entry, path: str, *, is_first: bool = False) -> st.Page:
    return st.Page(entry.draw, title=_(entry.name), icon=entry.icon, url_path=path, default=is_first)


def _closed(entry: Entry) -> st.Page:
    return st.Page(states.show_closed, title=_(entry.name), icon=entry.icon, url_path=entry.path)
