"""The week so far: seven days, what they brought, how long it has been going on, and what the member has."""

from collections.abc import Collection
from datetime import date, timedelta

import streamlit as st

from app import cards, language, paths, session, workouts
from app.language import _, n_, number
from fitburn_client import OwnDay, OwnDays

WEEK = timedelta(days=7)


def show(own: OwnDays) -> None:
    """`own` are the member's days up to the club's today."""
    today = own.last_day
    monday = today - timedelta(days=today.weekday())
    done = {one.day: one for one in own.items}
    this_week = [one for one in own.items if one.day >= monday]
    with st.container(key="card-week", border=True):
        st.subheader(_("This week"), anchor=False)
        cards.week([_dot(monday + timedelta(days=offset), done, today) for offset in range(7)])
        earned = sum(one.points for one in this_week)
        cards.tiles(
            [
                cards.Figure(_("Workouts"), number(sum(one.workouts_cnt for one in this_week))),
                cards.Figure(_("Burnt"), number(sum(one.calories for one in this_week)), _("kcal")),
                cards.Figure(_("Earned"), number(earned), workouts.points_word(earned)),
            ]
        )
    _standing(streak(done, today))


def _standing(weeks: int) -> None:
    balance = session.api().balance()
    with st.container(key="card-standing", border=True):
        cards.tiles(
            [
                cards.Figure(_("Balance"), number(balance), workouts.points_word(balance), hero=True),
                cards.Figure(_("In a row"), number(weeks), n_("week", "weeks", weeks), hero=True),
            ]
        )
        st.caption(_encouragement(weeks))
        paths.link("board", _("Your place on the board"), ":material/leaderboard:")


def _encouragement(weeks: int) -> str:
    if weeks == 0:
        return _("One workout this week starts a row of weeks.")
    return _("Every week with a workout makes the row longer.")


def streak(days: Collection[date], today: date) -> int:
    """Weeks in a row with a workout, up to this one, or up to the last while this one has none yet."""
    trained = {day - timedelta(days=day.weekday()) for day in days}
    week = today - timedelta(days=today.weekday())
    if week not in trained:
        week -= WEEK
    count = 0
    while week in trained:
        count, week = count + 1, week - WEEK
    return count


def _dot(day: date, done: dict[date, OwnDay], today: date) -> cards.Dot:
    one = done.get(day)
    words = f"{workouts.workouts(one.workouts_cnt)}, {workouts.points(one.points)}" if one else _("no workout")
    return cards.Dot(
        name=language.weekdays()[day.weekday()],
        words=f"{language.day(day)}: {words}",
        figure=number(one.points) if one else None,
        is_today=day == today,
        is_ahead=day > today,
    )
