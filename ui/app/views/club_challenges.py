"""Challenges, for the operator: the list with participants, and the form to set up or change a challenge."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from app import rules, session
from app.components import cards, forms, states
from app.session import idempotency
from app.text import challenges, language, workouts
from app.text.language import N_, _, n_
from fitburn_client import Challenge

MAX_SHOWN = 60
NEW = "challenge"
ANY = "any"
USUAL_LENGTH = timedelta(days=27)
DATES = "DD.MM.YYYY"

STATES = {
    challenges.ACTIVE: (N_("running"), "good"),
    challenges.UPCOMING: (N_("planned"), "mine"),
    challenges.PAST: (N_("over"), "plain"),
    challenges.CANCELLED: (N_("called off"), "failed"),
}


def show() -> None:
    if forms.title_with_button(_("Challenges"), _("New challenge"), key="new_challenge"):
        idempotency.renew(NEW)
        st.dialog(_("New challenge"), width="medium")(_form)(None)
    listed = session.api().challenges.list().first(MAX_SHOWN)
    if not listed:
        states.empty(
            "flag",
            _("No challenge yet"),
            _("Set one up: all members take part, and the bonus is paid by itself."),
            key="no-challenges",
        )
        return
    with st.grid(min_column_width=400, gap="medium", key="challenges"):
        for challenge in sorted(listed, key=lambda challenge: list(STATES).index(challenge.status)):
            _card(challenge)


def _card(challenge: Challenge) -> None:
    with st.container(key=f"card-challenge-{challenge.challenge_id}", border=True, height="stretch"):
        state, mood = STATES[challenge.status]
        cards.rows(
            [
                cards.Row(
                    icon=workouts.symbol_of(challenge.workout_type) if challenge.workout_type else "flag",
                    title=challenges.title_of(challenge),
                    subtitle=f"{challenges.rule_of(challenge)} · {challenges.span_of(challenge)}",
                    figure=f"+{language.number(challenge.bonus_points)}",
                    detail=workouts.points_word(challenge.bonus_points),
                    mark=_(state),
                    mood=mood,
                )
            ]
        )
        st.caption(_crowd(challenge))
        if challenge.status != challenges.CANCELLED:
            with st.container(horizontal=True):
                _actions(challenge)


def _crowd(challenge: Challenge) -> str:
    if challenge.participants_cnt is None:
        return _("Not counted yet.")
    takes_part = n_("{n} member takes part", "{n} members take part", challenge.participants_cnt)
    return f"{takes_part} · {n_('{n} reached the goal', '{n} reached the goal', challenge.completions_cnt or 0)}"


def _actions(challenge: Challenge) -> None:
    if st.button(_("Change"), icon=":material/edit:", key=f"change-{challenge.challenge_id}"):
        st.dialog(language.plain(challenges.title_of(challenge)), width="medium")(_form)(challenge)
    if challenge.completions_cnt:
        return
    with st.popover(_("Call off"), type="tertiary", icon=":material/block:"):
        st.markdown(_("Members will not see it any more. Nobody has been paid for it yet."))
        if st.button(_("Yes, call it off"), key=f"cancel-{challenge.challenge_id}", width="stretch") and forms.send(
            lambda: session.api().challenges.cancel(challenge.challenge_id)
        ):
            st.rerun()


# ----------------------------------------------------------------------------------------------------------- the form


def _form(challenge: Challenge | None) -> None:
    """Form for a new or an existing challenge. After the first payout only the titles can change."""
    which = challenge.challenge_id if challenge else "new"
    is_paid = bool(challenge and challenge.completions_cnt)
    if is_paid:
        st.info(_(forms.ONLY_TITLES), icon=":material/info:")
    with st.form(f"challenge_{which}", border=False, enter_to_submit=False):
        titles = _titles(challenge, which)
        terms = {} if is_paid else _terms(challenge, which)
        sent = st.form_submit_button(_("Save"), type="primary", width="stretch")
    if sent and _has_days(terms) and forms.send(lambda: _save(challenge, titles | terms), form=NEW):
        st.toast(_("Saved"), icon=":material/check:")
        st.rerun()


def _titles(challenge: Challenge | None, which: str) -> dict[str, str]:
    labels = {"title_en": _("Title in English"), "title_ru": _("Title in Russian")}
    longest = rules.max_chars("title")
    return {
        name: st.text_input(
            label, getattr(challenge, name) if challenge else "", max_chars=longest, key=f"{name}_{which}"
        ).strip()
        for name, label in labels.items()
    }


def _terms(challenge: Challenge | None, which: str) -> dict[str, Any]:
    return _counted(challenge, which) | _goal(challenge, which) | _days(challenge, which)


def _counted(challenge: Challenge | None, which: str) -> dict[str, str | None]:
    first, second = st.columns(2)
    metrics, types = list(challenges.METRICS), [ANY, *workouts.TYPES]
    metric = first.selectbox(
        _("What counts"),
        metrics,
        metrics.index(challenge.metric) if challenge else 0,
        format_func=lambda name: _(challenges.METRICS[name]),
        key=f"metric_{which}",
    )
    workout_type = second.selectbox(
        _("Of which type"),
        types,
        types.index(challenge.workout_type) if challenge and challenge.workout_type in types else 0,
        format_func=lambda name: _("Any workout") if name == ANY else workouts.name_of(name),
        key=f"type_{which}",
    )
    return {"metric": metric, "workout_type": None if workout_type == ANY else workout_type}


def _goal(challenge: Challenge | None, which: str) -> dict[str, int]:
    first, second = st.columns(2)
    goal = first.number_input(
        _("Goal"), *rules.whole_range("goal"), challenge.goal if challenge else 100, step=10, key=f"goal_{which}"
    )
    bonus = second.number_input(
        _("Bonus, points"),
        *rules.whole_range("bonus_points"),
        challenge.bonus_points if challenge else 50,
        step=10,
        key=f"bonus_{which}",
    )
    return {"goal": goal, "bonus_points": bonus}


def _has_days(terms: dict[str, Any]) -> bool:
    if None in (terms.get("starts_on", ...), terms.get("ends_on", ...)):
        st.error(_("A challenge needs a first and a last day."), icon=":material/error:")
        return False
    return True


def _days(challenge: Challenge | None, which: str) -> dict[str, date | None]:
    first, last = st.columns(2)
    today = challenges.today()
    starts, ends = (challenge.starts_on, challenge.ends_on) if challenge else (today, today + USUAL_LENGTH)
    return {
        "starts_on": first.date_input(_("First day"), starts, key=f"from_{which}", format=DATES),
        "ends_on": last.date_input(_("Last day"), ends, key=f"to_{which}", format=DATES),
    }


def _save(challenge: Challenge | None, fields: dict[str, Any]) -> None:
    if challenge:
        session.api().challenges.update(challenge.challenge_id, **fields)
    else:
        session.api().challenges.create(idempotency_key=idempotency.key(NEW), **fields)
