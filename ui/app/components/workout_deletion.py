"""Deleting a workout of a list: choose, confirm, delete."""

from collections.abc import Sequence

import streamlit as st

from app import rules, session
from app.components import forms, workout_rows
from app.text import language, workouts
from app.text.language import _, n_
from fitburn_client import RecentWorkout


def offer(shown: Sequence[RecentWorkout], *, of_club: bool = False) -> None:
    """Offer to delete one of these workouts. `of_club`: they belong to other members, so a reason is required."""
    deletable = {workout.workout_id: workout for workout in shown if workout.status != workouts.PENDING}
    if not deletable:
        return
    with st.popover(_("Delete a workout"), icon=":material/delete:", type="tertiary", key="delete_workout"):
        chosen = st.selectbox(
            _("Which one"),
            list(deletable),
            None,
            format_func=lambda workout_id: _named(deletable[workout_id], of_club=of_club),
            placeholder=_("Choose a workout"),
            key="delete_which",
        )
        why = (
            st.text_input(_("Why"), max_chars=rules.max_chars("reason"), key="delete_why").strip() if of_club else None
        )
        if chosen in deletable:
            st.markdown(_consequence(deletable[chosen]))
            if st.button(_("Yes, delete it"), icon=":material/delete:", key="delete_it", width="stretch"):
                _delete(chosen, why)


def _reason() -> str:
    return st.text_input(_("Why"), max_chars=rules.max_chars("reason"), key="delete_why").strip()


def _named(workout: RecentWorkout, *, of_club: bool) -> str:
    when = language.moment(workout.ts)
    what = [workouts.name_of(workout.workout_type), when, *workout_rows.effort(workout, session.units())]
    # Two members may have the same name.
    whose = dict.fromkeys([workout_rows.member_name(workout), workout.user_id or "–"]) if of_club else ()
    return " · ".join([*whose, *what])


def _consequence(workout: RecentWorkout) -> str:
    warning = _("It disappears from every list and counts for nothing any more.")
    if not workout.points:
        return warning
    points = n_("{n} point is taken back.", "{n} points are taken back.", workout.points)
    return f"{warning} {points}"


def _delete(workout_id: str, why: str | None) -> None:
    if why == "":
        st.error(_("Say why, in a few words."), icon=":material/error:")
    elif forms.send(lambda: session.api().workouts.delete(workout_id, why)):
        st.toast(_("Deleted"), icon=":material/delete:")
        st.rerun()
