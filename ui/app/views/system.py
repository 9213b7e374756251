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
    warnings = list(_warnings(system))
    if warnings:
        st.warning("  \n".join(warnings), icon=":material/warning:")
    else:
        st.success(_("All is well: workouts are counted as they come."), icon=":material/check_circle:")


def _warnings(system: System) -> Iterator[str]:
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
            _("Figures"): [_(MARTS[mart.mart]) if mart.mart in MARTS else mart.mart for mart in system.marts],
            _("Updated"): [
                language.ago(mart.refreshed_at, now) if mart.refreshed_at else _("never") for mart in system.marts
            ],
        }
        cards.table(rows)


def _links(system: System) -> None:
    sites = {"Grafana": system.links.grafana, "Airflow": system.links.airflow}
    links = {name: url for name, url in sites.items() if url}
    with st.container(key="card-links", border=True):
        st.subheader(_("Look further"), anchor=False)
        with st.container(horizontal=True):
            for name, url in links.items():
                st.link_button(name, url, icon=":material/open_in_new:")
        if not links:
            st.caption(_("Set FITBURN_GRAFANA_URL and FITBURN_AIRFLOW_URL for the API, and links appear here."))


def _model(model: Model, used: tuple[str, ...]) -> None:
    with st.container(key="card-model", border=True):
        st.subheader(_("The model"), anchor=False)
        st.markdown(f"`{model.model_version}` · {_('since {day}', day=language.day(model.set_at.date(), 'yMMMd'))}")
        other_versions = [version for version in used if version != model.model_version]
        if other_versions:
            st.caption(_("Also used in the last 24 hours: {versions}", versions=", ".join(other_versions)))
        validation = model.cross_validation
        st.caption(
            _(
                "Trained on {n} workouts drawn from published physiology; learnt to {mae} kcal on average (R² {r2}).",
                n=number(model.trained_on),
                mae=number(validation.mae_kcal, 1),
                r2=number(validation.r2, 2),
            )
        )
        if model.real_data:
            st.markdown(f"**{_('On people whose calories were measured')}**")
            cards.table(_measured(model))


KINDS = {"five_minutes": N_("Five minutes"), "hard_test": N_("Hard test"), "whole_session": N_("Whole session")}
GENDERS = {"all": N_("all"), "Female": N_("Female"), "Male": N_("Male")}


def _measured(model: Model) -> cards.Table:
    checks = model.real_data
    return {
        _("Session"): [_(KINDS[check.kind]) if check.kind in KINDS else check.kind for check in checks],
        _("Who"): [_(GENDERS[check.gender]) if check.gender in GENDERS else check.gender for check in checks],
        _("People"): [number(check.n) for check in checks],
        _("Off by"): [f"{number(check.mape_percent, 1)} %" for check in checks],
        _("Too high by"): [f"{language.signed(check.bias_percent, 1)} %" for check in checks],
    }
