"""Review, for the operator: held workouts with the figures needed to decide."""

import streamlit as st

from app import rules, session
from app.components import cards, forms, states, workout_rows
from app.components.body_profile import GENDERS
from app.components.paging import Pages
from app.text import explanations, language, workouts
from app.text.language import _, n_, number
from fitburn_client import ReviewedWorkout

PAGE = 10
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
        for workout in page.items:
            _card(workout)
    where.buttons(page.next_cursor, latest_first=False)


def _last_decision() -> None:
    message = st.session_state.pop(_DECIDED, None)
    if message:
        st.success(language.plain(message), icon=":material/check_circle:")


def _card(workout: ReviewedWorkout) -> None:
    with st.container(key=f"card-held-{workout.workout_id}", border=True, height="stretch"):
        cards.rows([_row(workout)])
        for reason in workout.hold_reasons:
            st.warning(explanations.of_hold(reason), icon=":material/help:")
        cards.tiles(_figures(workout))
        with st.container(horizontal=True, vertical_alignment="center"):
            worth = n_("Approve, about {n} point", "Approve, about {n} points", workout.held_points or 0)
            if st.button(worth, type="primary", icon=":material/check:", key=f"approve-{workout.workout_id}"):
                _approve(workout)
            with st.popover(_("Reject"), icon=":material/close:"):
                _reject(workout)


def _row(workout: ReviewedWorkout) -> cards.Row:
    body = [_(GENDERS[workout.gender]) if workout.gender in GENDERS else "", _age(workout), _weight(workout)]
    return cards.Row(
        icon=workouts.symbol_of(workout.workout_type),
        title=f"{workouts.name_of(workout.workout_type)} · {workout_rows.member_name(workout)}",
        subtitle=" · ".join([language.moment(workout.ts), *filter(None, body)]),
    )


def _age(workout: ReviewedWorkout) -> str:
    return n_("{n} year old", "{n} years old", workout.age) if workout.age else ""


def _weight(workout: ReviewedWorkout) -> str:
    units = session.units()
    return f"{number((workout.weight_kg or 0) * units.per_kg)} {_(units.weight)}" if workout.weight_kg else ""


def _figures(workout: ReviewedWorkout) -> list[cards.Figure]:
    """The submitted figures and the predicted calories."""
    units = session.units()
    figures = [cards.Figure(_("Minutes"), number(workout.duration_min))]
    if workout.avg_hr:
        figures.append(cards.Figure(_("Heart rate"), number(workout.avg_hr), _("bpm")))
    if workout.distance_km:
        figures.append(cards.Figure(_("Distance"), number(workout.distance_km * units.per_km, 1), _(units.distance)))
    if workout.speed_kmh:
        figures.append(cards.Figure(_("Speed"), number(workout.speed_kmh * units.per_km, 1), _(units.speed)))
    if workout.calories_pred:
        figures.append(cards.Figure(_("Burnt"), number(workout.calories_pred), _("kcal")))
    return figures


def _approve(workout: ReviewedWorkout) -> None:
    def approve() -> None:
        done = session.api().review.approve(workout.workout_id, idempotency_key=f"ui-approve-{workout.workout_id}")
        points = workouts.points(done.points or 0)
        st.session_state[_DECIDED] = _(
            "{member} gets {points} for it.", member=workout_rows.member_name(workout), points=points
        )

    if forms.send(approve):
        st.rerun()


def _reject(workout: ReviewedWorkout) -> None:
    with st.form(f"reject-{workout.workout_id}", border=False):
        why = st.text_input(
            _("Why? The member reads it."), max_chars=rules.max_chars("reason"), key=f"why-{workout.workout_id}"
        ).strip()
        sent = st.form_submit_button(_("Reject it"), width="stretch")
    if not sent:
        return
    if not why:
        st.error(_("Say why, in a few words."), icon=":material/error:")
    elif forms.send(lambda: session.api().review.reject(workout.workout_id, why, f"ui-reject-{workout.workout_id}")):
        st.session_state[_DECIDED] = _(
            "{member}'s workout does not count. They can read why.", member=workout_rows.member_name(workout)
        )
        st.rerun()
