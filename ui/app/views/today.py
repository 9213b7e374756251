"""Today: log a workout, see its result, and the week so far."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from app import rules, session
from app.components import body_profile, states, week, workout_result
from app.session import workout_draft
from app.text import language, units, workouts
from app.text.language import _, percent
from fitburn_client import FitBurnError, InvalidRequestError, Profile, RecentWorkout

LOOK_BACK = 60
"""How many recent workouts the form's defaults come from."""
TILES = 6
USUAL_MINUTES = 30


def show() -> None:
    profile = session.member()
    assert profile is not None
    _greeting(profile)
    log, side = st.columns([3, 2], gap="large")
    with log:
        if workout_draft.accepted():
            workout_result.show()
    # Read after the result, so that the week includes it.
    recent = session.api().workouts.recent().first(LOOK_BACK)
    if not workout_draft.accepted():
        workout_draft.open_form()
        with log:
            _form(recent)
    with side:
        week.show(session.api().me.days())


def _greeting(profile: Profile) -> None:
    now = datetime.now(language.zone())
    st.caption(language.day(now.date(), "EEEEdMMMM"))
    name = (profile.display_name or "").split(" ")[0]
    st.title(_("Hello, {name}", name=language.plain(name)) if name else _("Hello"), anchor=False)


@st.fragment
def _form(recent: Sequence[RecentWorkout]) -> None:
    """A fragment, so that choosing a type reruns the form alone and sends no request."""
    profile = session.member()
    if profile is None:
        return
    with st.container(border=True, key="card-log"):
        st.subheader(_("What did you do?"), anchor=False)
        workout_type = _type(workouts.most_used_first(workout.workout_type for workout in recent))
        typed = _figures(workout_type, units.of(profile.units), _usual_minutes(recent, workout_type))
        body = body_profile.ask(profile) if body_profile.is_missing(profile) else None
        if st.button(_("Log workout"), type="primary", icon=":material/check:", width="stretch", key="log_it"):
            _send(typed, body)


def _type(order: Sequence[str]) -> str:
    """The most used types as large buttons, all types on request."""
    chosen = st.session_state.get("draft_type") or order[0]
    shows_all = st.session_state.get("all_types", False)
    shown = list(order) if shows_all else list(order[:TILES])
    if chosen not in shown:
        shown[-1] = chosen
    st.session_state["draft_type"] = chosen
    st.pills(
        _("Type of workout"),
        shown,
        required=True,
        format_func=workouts.label_of,
        key="draft_type",
        width="stretch",
        label_visibility="collapsed",
        persist_state="session",
    )
    st.toggle(_("All types"), key="all_types", persist_state="session")
    return str(st.session_state["draft_type"])


def _figures(workout_type: str, shown: units.Units, usual: int) -> workout_draft.Typed:
    """Minutes, heart rate, distance and start; nothing is sent until the button is pressed."""
    left, right = st.columns(2, wrap=False)
    minutes = left.number_input(
        _("Minutes"),
        *rules.whole_range("duration_min"),
        usual,
        step=5,
        key=f"draft_minutes_{workout_type}",
        persist_state="session",
        on_change="ignore",
    )
    heart_rate = right.number_input(
        _("Heart rate"),
        *rules.whole_range("avg_hr"),
        None,
        step=5,
        key="draft_heart_rate",
        placeholder=_("none"),
        help=_heart_rate_help(),
        persist_state="session",
        on_change="ignore",
    )
    distance = _distance(shown) if workouts.moves(workout_type) else None
    return workout_draft.Typed(workout_type, float(minutes), heart_rate, shown.km(distance), _started_at())


def _heart_rate_help() -> str:
    share = percent(rules.current().points.share_without_heart_rate)
    return _("The average, from a watch or strap. Without it a workout earns {share} of the points.", share=share)


def _distance(shown: units.Units) -> float | None:
    accepted = rules.number_range("distance_km")
    return st.number_input(
        _("Distance, {unit}", unit=_(shown.distance)),
        float(round(accepted.low * shown.per_km)),
        float(round(accepted.high * shown.per_km)),
        None,
        step=0.5,
        format="%0.2f",
        key="draft_distance",
        placeholder=_("none"),
        persist_state="session",
        on_change="ignore",
    )


JUST_NOW, EARLIER = "just_now", "earlier"


def _started_at() -> datetime | None:
    """The start, or None for a workout that ended just now."""
    names = {JUST_NOW: _("Just finished"), EARLIER: _("Earlier")}
    when = st.segmented_control(
        _("When"),
        list(names),
        default=JUST_NOW,
        required=True,
        format_func=names.__getitem__,
        key="draft_when",
        width="stretch",
        persist_state="session",
    )
    if when == JUST_NOW:
        return None
    now = datetime.now(language.zone()).replace(second=0, microsecond=0, tzinfo=None)
    started = st.datetime_input(
        _("Start"), now - timedelta(hours=1), max_value=now, step=300, key="draft_started", persist_state="session"
    )
    return started.replace(tzinfo=language.zone()) if started else None


def _usual_minutes(recent: Sequence[RecentWorkout], workout_type: str) -> int:
    """The duration of the last workout of this type."""
    return round(
        next((workout.duration_min for workout in recent if workout.workout_type == workout_type), USUAL_MINUTES)
    )


def _send(typed: workout_draft.Typed, body: body_profile.Body | None) -> None:
    try:
        if body is not None:
            body_profile.save(body)
        workout_draft.submit(typed)
    except workout_draft.SentBeforeError:
        st.warning(
            _("An earlier try of this form had arrived after all; you find it in your history. Nothing was doubled."),
            icon=":material/history:",
        )
    except body_profile.IncompleteError:
        st.error(_("Fill in all four, so that your calories are yours."), icon=":material/error:")
    except InvalidRequestError as error:
        states.show_refusal(error)
    except FitBurnError as error:
        states.show_over_form(error)
    else:
        st.rerun()
