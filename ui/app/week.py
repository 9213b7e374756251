"""The week so far: seven days, what they brought, and what the member has."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from app import cards, language, session, workouts
from app.language import _, number
from fitburn_client import RecentWorkout


def show(recent: Sequence[RecentWorkout]) -> None:
    with st.container(border=True, key="card-week"):
        st.subheader(_("This week"), anchor=False)
        today = datetime.now(language.zone()).date()
        monday = today - timedelta(days=today.weekday())
        done = [one for one in recent if one.local_day >= monday]
        cards.week([_dot(monday + timedelta(days=number_), done, today) for number_ in range(7)])
        earned = sum(one.points or 0 for one in done)
        cards.tiles(
            [
                cards.Figure(_("Workouts"), number(len(done))),
                cards.Figure(_("Burnt"), number(sum(one.calories_pred or 0 for one in done)), _("kcal")),
                cards.Figure(_("Earned"), number(earned), workouts.points_word(earned)),
            ]
        )
    with st.container(border=True, key="card-balance"):
        st.metric(_("Your balance"), workouts.points(session.api().balance()))


def _dot(day: date, done: Sequence[RecentWorkout], today: date) -> cards.Dot:
    of_day = [one for one in done if one.local_day == day]
    earned = sum(one.points or 0 for one in of_day)
    words = f"{workouts.workouts(len(of_day))}, {workouts.points(earned)}" if of_day else _("no workout")
    return cards.Dot(
        name=language.weekdays()[day.weekday()],
        words=f"{language.day(day)}: {words}",
        figure=number(earned) if of_day else None,
        is_today=day == today,
        is_ahead=day > today,
    )
