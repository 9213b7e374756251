"""Club, for the operator: this week's figures against the previous week, and day by day."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from app import session
from app.components import charts, states
from app.text import language
from app.text.language import N_, _, number, percent, signed
from fitburn_client import ClubWeek, Day, Figure

DAYS = 28

KPIS = (
    ("active_7d", N_("Active members, 7 days")),
    ("return_rate", N_("Came back")),
    ("workouts_cnt", N_("Workouts")),
    ("points_awarded", N_("Points issued")),
    ("new_members", N_("New members")),
    ("active_28d", N_("Active members, 28 days")),
)


def show() -> None:
    week = session.api().stats.club_week()
    st.title(_("Club"), anchor=False)
    st.caption(
        _("{first} to {last}, against the time before", first=language.day(week.first_day), last=language.day(week.day))
    )
    _kpis(week)
    days = session.api().stats.daily(week.day - timedelta(days=DAYS - 1), week.day).first(DAYS)
    if not days:
        states.empty(
            "monitoring",
            _("No daily figures yet"),
            _("They appear here once the daily tables were built: every ten minutes with Airflow, or by `make marts`."),
            key="no-days",
        )
        return
    _charts(sorted(days, key=lambda day: day.day))
    if week.refreshed_at:
        st.caption(_("Updated {time}", time=language.moment(week.refreshed_at)))


def _kpis(week: ClubWeek) -> None:
    with st.container(key="kpis"), st.grid(3, min_column_width=150, gap="small"):
        for name, label in KPIS:
            _kpi(_(label), getattr(week, name), is_share=name == "return_rate")


def _kpi(label: str, figure: Figure, *, is_share: bool) -> None:
    if figure.value is None:
        st.metric(label, "–", border=True)
        return
    value = percent(figure.value) if is_share else number(figure.value)
    change = _change(figure, is_share)
    # Streamlit colours a decrease by the hyphen.
    st.metric(label, value, change.replace("−", "-") if change else None, border=True)


def _change(figure: Figure, is_share: bool) -> str | None:
    """Change against the previous period: in per cent, for shares in percentage points."""
    if figure.value is None or not figure.before:
        return None
    if is_share:
        return _("{n} pp", n=signed((figure.value - figure.before) * 100, 0))
    return f"{signed((figure.value / figure.before - 1) * 100, 0)} %"


def _charts(days: list[Day]) -> None:
    labels = [language.day(day.day) for day in days]
    left, right = st.columns(2, gap="medium")
    with left:
        _daily(labels, [day.active_users for day in days], _("Active members"), "active")
        _daily(labels, [day.points_awarded for day in days], _("Points issued"), "points")
    with right:
        _outcomes(days, labels)
        _daily(labels, [round(day.total_calories) for day in days], _("Calories, kcal"), "kcal")


def _daily(labels: list[str], values: list[int], name: str, key: str) -> None:
    read = [number(value) for value in values]
    with st.container(key=f"card-{key}", border=True):
        st.subheader(name, anchor=False)
        charts.draw(
            charts.bars(labels, values, name=name, tips=read, axis=None),
            {_("Day"): labels[::-1], name: read[::-1]},
            summary=_("{what} of each of the last {n} days", what=name, n=number(DAYS)),
            key=key,
        )


OUTCOMES = (("done_cnt", N_("Done")), ("pending_cnt", N_("Waiting")), ("failed_cnt", N_("Failed")))


def _outcomes(days: list[Day], labels: list[str]) -> None:
    """Workouts per day by outcome."""
    frame = pd.DataFrame(
        {"at": at, "series": _(name), "value": getattr(day, field), "label": label, "tip": number(getattr(day, field))}
        for at, (day, label) in enumerate(zip(days, labels, strict=True))
        for field, name in OUTCOMES
    )
    table = {_("Day"): labels[::-1]}
    table |= {_(name): [number(getattr(day, field)) for day in reversed(days)] for field, name in OUTCOMES}
    with st.container(key="card-outcomes", border=True):
        st.subheader(_("Workouts"), anchor=False)
        charts.draw(
            charts.lines(frame, labels, name=_("Workouts"), height=220),
            table,
            summary=_("{what} of each of the last {n} days", what=_("Workouts"), n=number(DAYS)),
            key="outcomes",
        )
