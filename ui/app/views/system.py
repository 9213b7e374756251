"""System, for the operator: backlog, latency, model, and freshness of the marts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import streamlit as st

from app import session
from app.components import cards
from app.text import language
from app.text.language import N_, _, number
from fitburn_client import Model, System

SLOW_SEC = 30.0
"""A workout that is pending for longer is shown as a warning."""

MARTS = {
    "daily_metrics": N_("Club's days"),
    "leaderboard_daily": N_("Board"),
    "feature_drift_daily": N_("What workouts look like"),
    "points_liability_daily": N_("Points in members' hands"),
}


def show() -> None:
    system = session.api().operations.system()
    st.title(_("System"), anchor=False)
    _verdict(system)
    _figures(system)
    left, right = st.columns(2, gap="medium")
    with left:
        _freshness(system)
        _links(system)
    with right:
        if system.model:
            _model(system.model, system.models_24h)


def _verdict(system: System) -> None:
    worries = list(_worries(system))
    if worries:
        st.warning("  \n".join(worries), icon=":material/warning:")
    else:
        st.success(_("All is well: workouts are counted as they come."), icon=":material/check_circle:")


def _worries(system: System) -> Iterator[str]:
    if not system.queue.healthy:
        yield _("RabbitMQ is away. Workouts are kept and counted, a little later.")
    if (system.oldest_pending_sec or 0) > SLOW_SEC:
        yield _(
            "The oldest workout has waited for {n} s. Are the workers running?", n=_seconds(system.oldest_pending_sec)
        )
    if system.failed_24h_cnt:
        yield language.n_(
            "{n} workout failed in the last 24 hours.",
            "{n} workouts failed in the last 24 hours.",
            system.failed_24h_cnt,
        )


def _figures(system: System) -> None:
    with st.container(key="kpis"), st.grid(3, min_column_width=150, gap="small"):
        st.metric(_("Waiting"), number(system.pending_cnt), border=True)
        st.metric(_("Failed, 24 hours"), number(system.failed_24h_cnt), border=True)
        st.metric(_("Held for review"), number(system.held_cnt), border=True)
        st.metric(_("Result after, median"), f"{_seconds(system.latency.p50_sec)} {_('s')}", border=True)
        st.metric(_("Result after, 95 of 100"), f"{_seconds(system.latency.p95_sec)} {_('s')}", border=True)
        queue = "RabbitMQ" if system.queue.kind == "rabbitmq" else _("Database")
        st.metric(_("Queue"), queue, border=True)


def _seconds(value: float | None) -> str:
    return "–" if value is None else number(value, 2)


def _freshness(system: System) -> None:
    with st.container(key="card-marts", border=True):
        st.subheader(_("How fresh the figures are"), anchor=False)
        now = datetime.now(UTC)
        rows = {
            _("Figures"): [_(MARTS[one.mart]) if one.mart in MARTS else one.mart for one in system.marts],
            _("Updated"): [
                language.ago(one.refreshed_at, now) if one.refreshed_at else _("never") for one in system.marts
            ],
        }
        cards.table(rows)


def _links(system: System) -> None:
    sites = {"Grafana": system.links.grafana, "Airflow": system.links.airflow}
    known = {name: url for name, url in sites.items() if url}
    with st.container(key="card-links", border=True):
        st.subheader(_("Look further"), anchor=False)
        with st.container(horizontal=True):
            for name, url in known.items():
                st.link_button(name, url, icon=":material/open_in_new:")
        if not known:
            st.caption(_("Set FITBURN_GRAFANA_URL and FITBURN_AIRFLOW_URL for the API, and links appear here."))


def _model(model: Model, used: tuple[str, ...]) -> None:
    with st.container(key="card-model", border=True):
        st.subheader(_("The model"), anchor=False)
        st.markdown(f"`{model.model_version}` · {_('since {day}', day=language.day(model.set_at.date(), 'yMMMd'))}")
        others = [one for one in used if one != model.model_version]
        if others:
            st.caption(_("Also used in the last 24 hours: {versions}", versions=", ".join(others)))
        learnt = model.cross_validation
        st.caption(
            _(
                "Trained on {n} workouts drawn from published physiology; learnt to {mae} kcal on average (R² {r2}).",
                n=number(model.trained_on),
                mae=number(learnt.mae_kcal, 1),
                r2=number(learnt.r2, 2),
            )
        )
        if model.real_data:
            st.markdown(f"**{_('On people whose calories were measured')}**")
            cards.table(_measured(model))


KINDS = {"five_minutes": N_("Five minutes"), "hard_test": N_("Hard test"), "whole_session": N_("Whole session")}
GENDERS = {"all": N_("all"), "Female": N_("Female"), "Male": N_("Male")}


def _measured(model: Model) -> cards.Table:
    found = model.real_data
    return {
        _("Session"): [_(KINDS[one.kind]) if one.kind in KINDS else one.kind for one in found],
        _("Who"): [_(GENDERS[one.gender]) if one.gender in GENDERS else one.gender for one in found],
        _("People"): [number(one.n) for one in found],
        _("Off by"): [f"{number(one.mape_percent, 1)} %" for one in found],
        _("Too high by"): [f"{language.signed(one.bias_percent, 1)} %" for one in found],
    }
