"""Challenges, for the member: the club's challenges and the member's progress."""

from collections.abc import Sequence

import streamlit as st

from app import session
from app.components import challenge_meter, meters, states
from app.text import challenges
from app.text.language import N_, _
from fitburn_client import Challenge

MAX_SHOWN = 60

GROUPS = {
    challenges.ACTIVE: N_("Now"),
    challenges.UPCOMING: N_("Soon"),
    challenges.PAST: N_("Over"),
}


def show() -> None:
    st.title(_("Challenges"), anchor=False)
    listed = session.api().challenges.list().first(MAX_SHOWN)
    if not listed:
        states.empty(
            "flag",
            _("No challenge yet"),
            _("When your club sets one, it stands here, and you take part by training."),
            key="no-challenges",
        )
        return
    st.caption(_("Everybody takes part, just by training. The bonus is paid when the goal is reached."))
    for status, name in GROUPS.items():
        _group(_(name), status, [challenge for challenge in listed if challenge.status == status])


def _group(name: str, status: str, listed: Sequence[Challenge]) -> None:
    if not listed:
        return
    with st.container(key=f"card-{status}", border=True):
        st.subheader(name, anchor=False)
        ordered = sorted(listed, key=lambda challenge: challenge.ends_on, reverse=status == challenges.PAST)
        meters.rows([challenge_meter.of(challenge) for challenge in ordered])
