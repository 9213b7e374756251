"""The workout that a member is about to log.

Its idempotency key is made when the form is shown and stays until the API has taken it: a double click, a second try
after a broken connection and a log-in in between all send the same key, and the API keeps one workout.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from app import session
from fitburn_client import Invalid, Submission, Workout

_KEY, _ENDED_AT, _ACCEPTED = "draft_key", "draft_ended_at", "draft_accepted"
MISMATCH = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form says, in metric units. `started_at` None: it ended just now."""

    workout_type: str
    duration_min: float
    avg_hr: float | None
    distance_km: float | None
    started_at: datetime | None = None


class SentBeforeError(Exception):
    """An earlier try of this form had reached the API after all, with other values."""


def open_form() -> None:
    """A key for the workout that the form is going to be."""
    st.session_state.setdefault(_KEY, f"ui-{uuid.uuid4()}")


def accepted() -> Submission | None:
    """What became of the form, once the API has taken it."""
    return st.session_state.get(_ACCEPTED)


def submit(typed: Typed) -> None:
    """Hand the workout in, once. Raises FitBurnError, or SentBeforeError; the form may be sent again after either."""
    if accepted():
        return
    # The moment of the first try: a later one of the same form must say the same.
    ended_at = st.session_state.setdefault(_ENDED_AT, datetime.now(UTC).replace(microsecond=0))
    workout = Workout(
        ts=typed.started_at or ended_at - timedelta(minutes=typed.duration_min),
        duration_min=typed.duration_min,
        workout_type=typed.workout_type,
        avg_hr=typed.avg_hr,
        distance_km=typed.distance_km,
    )
    try:
        st.session_state[_ACCEPTED] = session.api().submit(workout, st.session_state[_KEY])
    except Invalid as error:
        if error.code == MISMATCH:
            clear()
            raise SentBeforeError from error
        raise


def clear() -> None:
    """Make room for another workout; what was chosen stays as the next one's first guess."""
    for name in (_KEY, _ENDED_AT, _ACCEPTED):
        st.session_state.pop(name, None)
