"""The workout that a member is about to log, with its idempotency key.

The key is made when the form is shown and stays until the API accepts the workout. A double click, a retry after a
broken connection and a login in between all send the same key, so that the API keeps one workout.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from app import session
from fitburn_client import InvalidRequestError, Submission, Workout

_KEY, _ENDED_AT, _ACCEPTED = "draft_key", "draft_ended_at", "draft_accepted"
MISMATCH = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form's values in metric units. `started_at` is None for a workout that ended just now."""

    workout_type: str
    duration_min: float
    avg_hr: float | None
    distance_km: float | None
    started_at: datetime | None = None


class SentBeforeError(Exception):
    """An earlier attempt of this form had reached the API, with other values."""


def open_form() -> None:
    """Make the idempotency key, unless the form has one."""
    st.session_state.setdefault(_KEY, f"ui-{uuid.uuid4()}")


def accepted() -> Submission | None:
    """The API's answer once it has accepted the form, else None."""
    return st.session_state.get(_ACCEPTED)


def submit(typed: Typed) -> None:
    """Submit the workout. Idempotent. After FitBurnError or SentBeforeError the form may be sent again."""
    if accepted():
        return
    # The time of the first attempt: a replay must send the same values.
    ended_at = st.session_state.setdefault(_ENDED_AT, datetime.now(UTC).replace(microsecond=0))
    workout = Workout(
        ts=typed.started_at or ended_at - timedelta(minutes=typed.duration_min),
        duration_min=typed.duration_min,
        workout_type=typed.workout_type,
        avg_hr=typed.avg_hr,
        distance_km=typed.distance_km,
    )
    try:
        st.session_state[_ACCEPTED] = session.api().workouts.submit(workout, st.session_state[_KEY])
    except InvalidRequestError as error:
        if error.code == MISMATCH:
            clear()
            raise SentBeforeError from error
        raise


def clear() -> None:
    """Start over with a new key. The chosen values stay as defaults of the next workout."""
    for name in (_KEY, _ENDED_AT, _ACCEPTED):
        st.session_state.pop(name, None)
