"""The result of the workout that was just logged: awaited without a click, and explained."""

import time

import streamlit as st

from app import session
from app.components import cards, states
from app.session import workout_draft
from app.text import explanations, language, workouts
from app.text.language import N_, _, number
from fitburn_client import Prediction, StillPendingError

FIRST_WAIT_SEC = 0.25
"""Most results arrive within this time, so that the click itself answers with the result."""
LONG_POLL_SEC = 3.0
RERUN_SEC = 0.5
GIVE_UP_SEC = 90.0

_RESULT, _SINCE = "draft_result", "draft_since"

TITLES = {
    workouts.DONE: N_("Well done!"),
    workouts.HELD: N_("Logged, and held for review"),
    workouts.FAILED: N_("Logged, without calories"),
}


def show() -> None:
    """The result, or a placeholder that polls for it and stops when it has arrived."""
    submission = workout_draft.accepted()
    assert submission is not None
    result = _known(submission.workout_id) or _look(submission.workout_id, FIRST_WAIT_SEC)
    if result:
        _show(result)
    elif _waited_sec() > GIVE_UP_SEC:
        _late()
    else:
        st.fragment(_await, run_every=RERUN_SEC)(submission.workout_id)
    if st.button(_("Log another"), icon=":material/add:", width="stretch", key="log_another"):
        forget()
        st.rerun()


def forget() -> None:
    for name in (_RESULT, _SINCE):
        st.session_state.pop(name, None)
    workout_draft.clear()


def _known(workout_id: str) -> Prediction | None:
    result = st.session_state.get(_RESULT)
    return result if result and result.workout_id == workout_id else None


def _look(workout_id: str, seconds: float) -> Prediction | None:
    """The result if it arrives within `seconds`; it is cached in the session."""
    try:
        result = session.api().predictions.wait(workout_id, timeout=seconds)
    except StillPendingError:
        return None
    st.session_state[_RESULT] = result
    return result


def _await(workout_id: str) -> None:
    """Fragment that reruns until the result arrives; each run is one long poll."""
    cards.pending(_("Counting your calories …"), _("Your workout is in. You can leave this page; nothing gets lost."))
    with states.friendly():
        is_first = _SINCE not in st.session_state
        if _waited_sec() > GIVE_UP_SEC or (not is_first and _look(workout_id, LONG_POLL_SEC)):
            st.rerun()


def _waited_sec() -> float:
    return time.monotonic() - float(st.session_state.setdefault(_SINCE, time.monotonic()))


def _late() -> None:
    states.empty(
        "hourglass_top",
        _("This takes longer than usual"),
        _("Your workout is kept and will be counted. Look into your history a little later."),
        key="late",
    )


def _show(result: Prediction) -> None:
    state = workouts.state_of(result)
    figures = [cards.Figure(_("Burnt"), number(result.calories_pred), _("kcal"))] if result.calories_pred else []
    if state == workouts.DONE:
        points = result.points or 0
        figures.append(cards.Figure(_("Earned"), language.signed(points), workouts.points_word(points), hero=True))
    title, mood = _(TITLES.get(state, TITLES[workouts.DONE])), {workouts.DONE: "good"}.get(state, state)
    why = _("What happened") if state == workouts.FAILED else _("Why this many points")
    cards.result(title, figures, why, explanations.of_points(result), mood)
