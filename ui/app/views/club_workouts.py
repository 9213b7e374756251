"""Workouts, for the operator: those that need attention come first."""

import streamlit as st

from app import session
from app.components import cards, member_search, states, workout_deletion, workout_rows
from app.components.paging import Pages
from app.text.language import N_, _
from fitburn_client import NotFoundError

PAGE = 25
ATTENTION, ALL, HELD = "attention", "all", "held"

FILTERS = {
    ATTENTION: N_("Needs a look"),
    ALL: N_("All"),
    HELD: N_("Held"),
    "failed": N_("Failed"),
    "pending": N_("Waiting"),
    "done": N_("Done"),
}


def show() -> None:
    st.title(_("Workouts"), anchor=False)
    chosen = st.pills(
        _("Show"),
        list(FILTERS),
        default=ATTENTION,
        required=True,
        format_func=lambda name: _(FILTERS[name]),
        key="show",
        bind="query-params",
    )
    member = member_search.choose("member", in_address=True)
    pages = Pages("club_workouts", (chosen, member))
    status = chosen if chosen in ("failed", "pending", "done") else None
    found = session.api().workouts.recent(member, status, held=chosen == HELD, attention=chosen == ATTENTION)
    try:
        page = found.page(limit=PAGE, cursor=pages.cursor)
    except NotFoundError:
        states.empty("person_search", _("No such member"), _("Check the id; it is the club's own."), key="no-member")
        return
    if not page.items:
        _nothing(chosen)
        return
    with st.container(key="card-workouts", border=True):
        cards.rows([workout_rows.club_row(workout, session.units()) for workout in page.items])
    pages.buttons(page.next_cursor)
    workout_deletion.offer(page.items, of_club=True)


def _nothing(chosen: str) -> None:
    if chosen == ATTENTION:
        states.empty("task_alt", _("All is well"), _("No workout failed, and none is held for review."), key="all-well")
    else:
        states.empty("inbox", _("Nothing here"), _("No workout is like this at the moment."), key="nothing")
