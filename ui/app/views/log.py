"""Log, for the operator: the audit log."""

import streamlit as st

from app import session
from app.components import cards, states
from app.components.paging import Pages
from app.text import language
from app.text.language import N_, _, number, signed
from fitburn_client import AuditEntry

PAGE = 25
ALL = "all"

ACTIONS = {
    "points.adjusted": (N_("Points put right by hand"), "tune"),
    "points.expired": (N_("Points expired"), "hourglass_disabled"),
    "workout.approved": (N_("Workout approved"), "check"),
    "workout.deleted": (N_("Workout deleted"), "delete"),
    "workout.rejected": (N_("Workout rejected"), "close"),
    "redemption.fulfilled": (N_("Reward handed over"), "redeem"),
    "redemption.cancelled": (N_("Reward given back"), "undo"),
    "redemption.expired": (N_("Reward not collected in time"), "hourglass_disabled"),
    "reward.created": (N_("Reward set up"), "add"),
    "reward.changed": (N_("Reward changed"), "edit"),
    "challenge.created": (N_("Challenge set up"), "add"),
    "challenge.changed": (N_("Challenge changed"), "edit"),
    "challenge.cancelled": (N_("Challenge called off"), "close"),
    "weekly_target.set": (N_("Weekly target set"), "event_repeat"),
    "club.points_validity_changed": (N_("How long points are good was changed"), "event"),
}
ACTORS = {"system": N_("by itself"), "partner": N_("a partner")}


def show() -> None:
    st.title(_("Log"), anchor=False)
    st.caption(_("Who did what, and why. Nobody can change it."))
    chosen = st.selectbox(
        _("What"),
        [ALL, *ACTIONS],
        format_func=lambda name: _("Everything") if name == ALL else _(ACTIONS[name][0]),
        key="log_action",
        width=360,
    )
    where = Pages("log", chosen)
    page = session.api().audit.list(action=None if chosen == ALL else chosen).page(limit=PAGE, cursor=where.cursor)
    if not page.items:
        states.empty("receipt_long", _("Nothing yet"), _("What operators do is written down here."), key="no-log")
        return
    with st.container(key="card-log", border=True):
        cards.rows([_row(entry) for entry in page.items])
    where.buttons(page.next_cursor)


def _row(entry: AuditEntry) -> cards.Row:
    name, icon = ACTIONS.get(entry.action, (entry.action, "edit_note"))
    points = entry.details.get("points")
    parts = [_what(entry), _who(entry), language.moment(entry.created_at), entry.reason]
    return cards.Row(
        icon=icon,
        title=_(name),
        subtitle=" · ".join(filter(None, parts)),
        figure=_amount(entry.action, points) if isinstance(points, int) and points else "",
        detail=language.n_("point", "points", points) if isinstance(points, int) and points else "",
    )


def _amount(action: str, points: int) -> str:
    """Signed if it changed a member's balance."""
    return number(points) if action.startswith("redemption.") else signed(points)


def _what(entry: AuditEntry) -> str | None:
    """The reward's title if the change set it."""
    title = entry.details.get(f"title_{language.current()}")
    return str(title) if title else None


def _who(entry: AuditEntry) -> str:
    kind = entry.actor.split(":")[0]
    return entry.actor_name or entry.actor_user_id or (_(ACTORS[kind]) if kind in ACTORS else entry.actor)
