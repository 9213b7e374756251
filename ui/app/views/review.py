"""Review, for the operator: held workouts with the figures needed to decide."""

import streamlit as st

from app import session
from app.components import cards, forms, states, workout_rows
from app.components.body_profile import GENDERS
from app.components.paging import Pages
from app.text import language, workouts
from app.text.language import _, n_, number
from fitburn_client import ReviewedWorkout

PAGE = 10
MOST_CHARS = 500
_DECIDED = "review_decided"


def show() -> None:
    st.title(_("Review"), anchor=False)
    _last_decision()
    where = Pages("review", None)
    page = session.api().review.list().page(limit=PAGE, cursor=where.cursor)
    if not page.items:
        states.empty("task_alt", _("Nothing waits for you"), _("No workout is held for review."), key="nothing-held")
        return
    st.caption(_("Held since they look unlikely; their points wait for your word. The longest wait comes first."))
    with st.grid(min_column_width=420, gap="medium", key="held"):
        for one in page.items:
            _card(one)
    where.buttons(page.next_cursor, latest_first=False)


def _last_decision() -> None:
    said = st.session_state.pop(_DECIDED, None)
    if said:
        st.success(language.plain(said), icon=":material/check_circle:")


def _card(one: ReviewedWorkout) -> None:
    with st.container(key=f"card-held-{one.workout_id}", border=True, height="stretch"):
        cards.rows([_row(one)])
        for reason in one.hold_reasons:
            st.warning(workouts.reason_in_words(reason), icon=":material/help:")
        cards.tiles(_figures(one))
        with st.container(horizontal=True, vertical_alignment="center"):
            worth = n_("Approve, about {n} point", "Approve, about {n} points", one.held_points or 0)
            if st.button(worth, type="primary", icon=":material/check:", key=f"approve-{one.workout_id}"):
                _approve(one)
            with st.popover(_("Reject"), icon=":material/close:"):
                _reject(one)


def _row(one: ReviewedWorkout) -> cards.Row:
    body = [_(GENDERS[one.gender]) if one.gender in GENDERS else "", _age(one), _weight(one)]
    return cards.Row(
        icon=workouts.symbol_of(one.workout_type),
        title=f"{workouts.name_of(one.workout_type)} · {workout_rows.who(one)}",
        subtitle=" · ".join([language.moment(one.ts), *filter(None, body)]),
    )


def _age(one: ReviewedWorkout) -> str:
    return n_("{n} year old", "{n} years old", one.age) if one.age else ""


def _weight(one: ReviewedWorkout) -> str:
    shown = session.units()
    return f"{number((one.weight_kg or 0) * shown.per_kg)} {_(shown.weight)}" if one.weight_kg else ""


def _figures(one: ReviewedWorkout) -> list[cards.Figure]:
    """The submitted figures and the predicted calories."""
    shown = session.units()
    listed = [cards.Figure(_("Minutes"), number(one.duration_min))]
    if one.avg_hr:
        listed.append(cards.Figure(_("Heart rate"), number(one.avg_hr), _("bpm")))
    if one.distance_km:
        listed.append(cards.Figure(_("Distance"), number(one.distance_km * shown.per_km, 1), _(shown.distance)))
    if one.speed_kmh:
        listed.append(cards.Figure(_("Speed"), number(one.speed_kmh * shown.per_km, 1), _(shown.speed)))
    if one.calories_pred:
        listed.append(cards.Figure(_("Burnt"), number(one.calories_pred), _("kcal")))
    return listed


def _approve(one: ReviewedWorkout) -> None:
    def approve() -> None:
        done = session.api().review.approve(one.workout_id, idempotency_key=f"ui-approve-{one.workout_id}")
        points = workouts.points(done.points or 0)
        st.session_state[_DECIDED] = _("{member} gets {points} for it.", member=workout_rows.who(one), points=points)

    if forms.send(approve):
        st.rerun()


def _reject(one: ReviewedWorkout) -> None:
    with st.form(f"reject-{one.workout_id}", border=False):
        why = st.text_input(_("Why? The member reads it."), max_chars=MOST_CHARS, key=f"why-{one.workout_id}").strip()
        sent = st.form_submit_button(_("Reject it"), width="stretch")
    if not sent:
        return
    if not why:
        st.error(_("Say why, in a few words."), icon=":material/error:")
    elif forms.send(lambda: session.api().review.reject(one.workout_id, why, f"ui-reject-{one.workout_id}")):
        st.session_state[_DECIDED] = _(
            "{member}'s workout does not count. They can read why.", member=workout_rows.who(one)
        )
        st.rerun()
