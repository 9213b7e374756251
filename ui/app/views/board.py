"""Board: the ranking of the day, the week or the month, always with the member's own place."""

from datetime import UTC, datetime

import streamlit as st

from app import session
from app.components import cards, states
from app.text import language, workouts
from app.text.language import N_, _, number
from fitburn_client import FitBurnError, Leaderboard, Place

PERIODS = {"day": N_("Today"), "week": N_("This week"), "month": N_("This month")}
PODIUM = 10


def show() -> None:
    st.title(_("Board"), anchor=False)
    period = st.segmented_control(
        _("Period"),
        list(PERIODS),
        default="week",
        required=True,
        format_func=lambda name: _(PERIODS[name]),
        key="period",
        width="stretch",
        bind="query-params",
    )
    board = session.api().boards.places(period=period).page(limit=PODIUM)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _places(board)
    with right:
        _mine(board)
        _choice()


def _places(board: Leaderboard) -> None:
    if not board.items:
        _nobody(board)
        return
    with st.container(key="card-places", border=True):
        cards.rows([_row(place, board.me) for place in board.items], ranked=True)
        _freshness(board)


def _nobody(board: Leaderboard) -> None:
    if board.refreshed_at is None:
        title, text = _("The board is not there yet"), _("It is built every ten minutes. Come back in a little while.")
    else:
        title, text = _("Nobody yet"), _("The first workout of this period takes the first place.")
    states.empty("leaderboard", title, text, key="board")
    _freshness(board)


def _mine(board: Leaderboard) -> None:
    with st.container(key="card-mine", border=True):
        st.subheader(_("Your place"), anchor=False)
        if board.me is None:
            st.markdown(_(ABSENT.get(board.me_absent or "", ABSENT["no_place"])))
            return
        kcal = cards.Figure(_("Burnt"), number(board.me.total_calories), _("kcal"))
        cards.figures([cards.Figure(_("Rank"), number(board.me.rank), hero=True), kcal])
        if len(board.neighbours) > 1:
            st.caption(_("Around you"))
            cards.rows([_row(place, board.me) for place in board.neighbours], ranked=True)


ABSENT = {
    "opted_out": N_("You left the board. Nobody sees you here, and you have no place."),
    "no_place": N_("No place yet in this period. Log a workout, and you have one after the next update."),
}


def _row(place: Place, me: Place | None) -> cards.Row:
    is_mine = me is not None and place.user_id is not None and place.user_id == me.user_id
    return cards.Row(
        icon=number(place.rank),
        title=place.name,
        subtitle=workouts.workouts(place.workouts_cnt),
        figure=number(place.total_calories),
        detail=_("kcal"),
        mark=_("you") if is_mine else "",
        mood="mine",
        is_mine=is_mine,
    )


def _freshness(board: Leaderboard) -> None:
    if board.refreshed_at is None:
        return
    since = datetime.now(UTC) - board.refreshed_at
    at = language.clock(board.refreshed_at) if since.days == 0 else language.moment(board.refreshed_at)
    st.caption(_("Updated {time}", time=at))


def _choice() -> None:
    profile = session.member()
    assert profile is not None
    with st.container(key="card-choice", border=True):
        shown = st.toggle(_("Show me on the board"), not profile.leaderboard_opt_out, key="board_shown")
        st.caption(_("Others see your name, your calories and your workouts. A change shows with the next update."))
    if shown == profile.leaderboard_opt_out:
        try:
            session.remember_profile(session.api().me.update(leaderboard_opt_out=not shown))
        except FitBurnError as error:
            states.show_over_form(error)
        else:
            st.toast(_("Saved"), icon=":material/check:")
