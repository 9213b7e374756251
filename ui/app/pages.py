"""All pages with their roles, and the navigation bar: at the top, or at the bottom on a phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app import paths
from app.components import cards, states
from app.text.language import N_, _
from app.views import (
    board,
    challenges,
    club,
    club_challenges,
    club_rewards,
    club_workouts,
    desk,
    history,
    log,
    points,
    profile,
    review,
    shop,
    system,
    today,
)
from fitburn_client import Profile

MEMBER, OPERATOR = "member", "operator"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its name (translated when shown), icon, path, `show` function and roles.

    Pages that share a section name its first page in `under`; only that page, whose `under` is None, is in the bar.
    """

    name: str
    icon: str
    path: str
    draw: Callable[[], None]
    roles: tuple[str, ...] = (MEMBER,)
    under: str | None = None

    @property
    def section(self) -> str:
        return self.under or self.path


ENTRIES = (
    Entry(N_("Today"), ":material/bolt:", "today", today.show),
    Entry(N_("History"), ":material/calendar_month:", "history", history.show),
    Entry(N_("Board"), ":material/leaderboard:", "board", board.show),
    Entry(N_("Points"), ":material/stars:", "points", points.show),
    Entry(N_("Shop"), ":material/redeem:", "shop", shop.show, under="points"),
    Entry(N_("Challenges"), ":material/flag:", "challenges", challenges.show, under="points"),
    Entry(N_("Club"), ":material/monitoring:", "club", club.show, (OPERATOR,)),
    Entry(N_("Workouts"), ":material/list_alt:", "workouts", club_workouts.show, (OPERATOR,)),
    Entry(N_("Review"), ":material/fact_check:", "review", review.show, (OPERATOR,), under="workouts"),
    Entry(N_("Desk"), ":material/storefront:", "desk", desk.show, (OPERATOR,)),
    Entry(N_("Rewards"), ":material/redeem:", "rewards", club_rewards.show, (OPERATOR,), under="desk"),
    Entry(N_("Challenges"), ":material/flag:", "club-challenges", club_challenges.show, (OPERATOR,), under="desk"),
    Entry(N_("System"), ":material/memory:", "system", system.show, (OPERATOR,)),
    Entry(N_("Log"), ":material/receipt_long:", "log", log.show, (OPERATOR,), under="system"),
    Entry(N_("Profile"), ":material/person:", "profile", profile.show, (MEMBER, OPERATOR)),
)
HOME = "home"
"""Path of the first page. Which page that is depends on the role."""


def of(member: Profile | None) -> tuple[Entry, ...]:
    role = member.role if member else MEMBER
    return tuple(entry for entry in ENTRIES if role in entry.roles)


def navigation(member: Profile | None) -> st.Page:
    """The requested page. All pages are registered for every role, so that an address still works after a login."""
    first, *others = of(member)
    pages = {first.path: _page(first, HOME, is_first=True)}
    pages |= {entry.path: _page(entry, entry.path) for entry in others}
    closed = [_closed(entry) for entry in ENTRIES if entry.path not in pages]
    paths.register(pages)
    return st.navigation([*pages.values(), *closed], position="hidden")


def header(member: Profile | None, here: st.Page) -> None:
    """The brand, the role's sections, and the pages of the current section."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        cards.brand()
        if member is None:
            return
        entries = of(member)
        present = next((entry for entry in entries if paths.registered()[entry.path] == here), None)
        section = present.section if present else None
        _links("nav", [entry for entry in entries if entry.under is None], section)
    beside = [entry for entry in entries if entry.section == section]
    if len(beside) > 1:
        _links("beside", beside, present.path if present else None)


def _links(key: str, entries: Sequence[Entry], here: str | None) -> None:
    with st.container(key=key, horizontal=True, gap="xsmall"):
        for entry in entries:
            if entry.path == here:
                with st.container(key=f"{key}-here"):
                    st.page_link(paths.registered()[entry.path])
            else:
                st.page_link(paths.registered()[entry.path])


def _page(entry: Entry, path: str, *, is_first: bool = False) -> st.Page:
    return st.Page(entry.draw, title=_(entry.name), icon=entry.icon, url_path=path, default=is_first)


def _closed(entry: Entry) -> st.Page:
    return st.Page(states.show_closed, title=_(entry.name), icon=entry.icon, url_path=entry.path)
