"""Points: what the member has, and every movement that led there."""

from itertools import islice

import streamlit as st

from app import cards, language, session, states, workouts
from app.language import N_, _, number, signed
from fitburn_client import Transfer

STEP = 20

KINDS = {
    "workout_award": (N_("For a workout"), "fitness_center"),
    "workout_reversal": (N_("Taken back for a workout"), "undo"),
    "challenge_bonus": (N_("For a challenge"), "emoji_events"),
    "redemption_held": (N_("Put aside for a reward"), "redeem"),
    "redemption_fulfilled": (N_("Spent on a reward"), "redeem"),
    "redemption_cancelled": (N_("Given back: reward cancelled"), "undo"),
    "redemption_expired": (N_("Given back: reward not collected"), "undo"),
    "points_expired": (N_("Expired"), "hourglass_disabled"),
    "adjustment": (N_("Put right by the club"), "tune"),
}


def show() -> None:
    st.title(_("Points"), anchor=False)
    balance = session.api().balance()
    with st.container(key="card-balance", border=True):
        figure = cards.Figure(_("You have"), number(balance), workouts.points_word(balance), hero=True)
        cards.figures([figure])
        st.caption(_("Every full 10 kcal are a point, up to 150 a day. Half without a heart rate."))
    shown = st.session_state.get("transfers_shown", STEP)
    transfers = list(islice(session.api().transfers(page_size=STEP), shown + 1))
    _movements(transfers[:shown])
    if len(transfers) > shown and st.button(_("Show more"), width="stretch", key="more_transfers"):
        st.session_state["transfers_shown"] = shown + STEP
        st.rerun()


def _movements(transfers: list[Transfer]) -> None:
    if not transfers:
        states.empty(
            "bolt", _("No points yet"), _("They come with the first workout that you log."), key="no-transfers"
        )
        return
    with st.container(key="card-movements", border=True):
        st.subheader(_("How they came about"), anchor=False)
        cards.rows([_row(one) for one in transfers])


def _row(transfer: Transfer) -> cards.Row:
    name, icon = KINDS.get(transfer.kind, (transfer.kind, "swap_horiz"))
    return cards.Row(
        icon=icon, title=_(name), subtitle=language.moment(transfer.created_at), figure=signed(transfer.amount)
    )
