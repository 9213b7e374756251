"""History: a calendar heat map, the weekly trend, personal bests, and every workout."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import paths, session
from app.components import cards, charts, states, workout_deletion, workout_rows
from app.components.paging import Pages
from app.text import language, workouts
from app.text.language import N_, _, number
from fitburn_client import Best, Bests, FitBurn, OwnDay, OwnDays, RecentWorkout, TypeBests

WEEKS = 26
TREND_WEEKS = 12
PAGE = 20
ALL = "all"


def show() -> None:
    st.title(_("History"), anchor=False)
    own = session.api().me.days()
    if not own.items:
        states.empty("calendar_month", _("Nothing here yet"), _("It begins with your first workout."), key="no-history")
        paths.link("today", _("Log a workout"), ":material/bolt:")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _calendar(own)
        _trend(own)
    with right:
        _bests(session.api().me.bests())
    _every_workout()


# ----------------------------------------------------------------------------------------------------------- calendar


def _calendar(own: OwnDays) -> None:
    monday = own.last_day - timedelta(days=own.last_day.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    done = {own_day.day: own_day for own_day in own.items if own_day.day >= first}
    days = [first + timedelta(days=offset) for offset in range((own.last_day - first).days + 1)]
    cells = pd.DataFrame([_cell(day, first, done.get(day)) for day in days])
    with st.container(key="card-calendar", border=True):
        st.subheader(_("The last half year"), anchor=False)
        charts.draw(
            charts.heat_map(_months(first), cells, name=_("Burnt")),
            {
                _("Day"): [language.day(own_day.day, "yMMMd") for own_day in reversed(done.values())],
                _("Workouts"): [number(own_day.workouts_cnt) for own_day in reversed(done.values())],
                _("kcal"): [number(own_day.calories) for own_day in reversed(done.values())],
                _("Points"): [number(own_day.points) for own_day in reversed(done.values())],
            },
            summary=_("Calories of each day of the last {n} weeks", n=number(WEEKS)),
            key="calendar",
        )


def _cell(day: date, first: date, own_day: OwnDay | None) -> dict[str, object]:
    return {
        "week": (day - first).days // 7,
        "weekday": day.weekday(),
        "value": own_day.calories if own_day else 0.0,
        "label": language.day(day, "MMMEd"),
        "tip": _("{kcal} kcal", kcal=number(own_day.calories)) if own_day else _("no workout"),
    }


def _months(first: date) -> list[str]:
    """For each week the name of the month that begins in it, else an empty text."""
    mondays = [first + timedelta(weeks=week) for week in range(WEEKS)]
    return [language.month(monday) if monday.day <= 7 else "" for monday in mondays]


# -------------------------------------------------------------------------------------------------------------- trend


def _trend(own: OwnDays) -> None:
    monday = own.last_day - timedelta(days=own.last_day.weekday())
    mondays = [monday - timedelta(weeks=week) for week in reversed(range(TREND_WEEKS))]
    burnt = dict.fromkeys(mondays, 0.0)
    for own_day in own.items:
        week = own_day.day - timedelta(days=own_day.day.weekday())
        if week in burnt:
            burnt[week] += own_day.calories
    labels, values = [language.day(week) for week in burnt], list(burnt.values())
    read = [number(value) for value in values]
    with st.container(key="card-trend", border=True):
        st.subheader(_("Week by week"), anchor=False)
        charts.draw(
            charts.bars(labels, values, name=_("kcal"), tips=read, axis=_("kcal")),
            {_("Week from"): labels, _("kcal"): read},
            summary=_("Calories of each of the last {n} weeks", n=number(TREND_WEEKS)),
            key="trend",
        )


# -------------------------------------------------------------------------------------------------------------- bests


def _bests(bests: Bests) -> None:
    with st.container(key="card-bests", border=True):
        st.subheader(_("Personal bests"), anchor=False)
        cards.rows([*_best_times(bests), *(row for by_type in bests.items for row in _rows_of(by_type))])


def _best_times(bests: Bests) -> Iterator[cards.Row]:
    for name, time in ((N_("Best day"), bests.best_day), (N_("Best week"), bests.best_week)):
        if time:
            yield cards.Row(
                icon="emoji_events",
                title=_(name),
                subtitle=f"{language.day(time.first_day, 'yMMMd')} · {workouts.workouts(time.workouts_cnt)}",
                figure=_("{kcal} kcal", kcal=number(time.calories)),
                detail=workouts.points(time.points),
            )


def _rows_of(bests: TypeBests) -> Iterator[cards.Row]:
    """The best workout of a type: by distance if the type has one, else by duration."""
    units = session.units()
    best: Best | None = bests.distance_km or bests.duration_min
    if best is None:
        return
    figure = units.distance_of(best.value) if bests.distance_km else workouts.minutes(best.value)
    burnt = _("{kcal} kcal", kcal=number(bests.calories_pred.value)) if bests.calories_pred else ""
    yield cards.Row(
        icon=workouts.symbol_of(bests.workout_type),
        title=workouts.name_of(bests.workout_type),
        subtitle=language.day(best.local_day, "yMMMd"),
        figure=figure,
        detail=burnt,
    )


# -------------------------------------------------------------------------------------------------------- every workout


@st.fragment
def _every_workout() -> None:
    with states.friendly():
        st.subheader(_("Every workout"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            chosen = st.selectbox(
                _("Type"),
                [ALL, *workouts.TYPES],
                format_func=lambda name: _("All types") if name == ALL else workouts.name_of(name),
                key="history_type",
                width=260,
            )
            st.download_button(
                _("Download as CSV"),
                data=_as_csv(session.api()),
                file_name="fitburn-workouts.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        workout_type = None if chosen == ALL else chosen
        pages = Pages("history", workout_type)
        page = session.api().workouts.list(workout_type=workout_type).page(limit=PAGE, cursor=pages.cursor)
        if not page.items:
            states.empty("search_off", _("Nothing here"), _("No workout of this type yet."), key="none-of-type")
            return
        with st.container(key="card-workouts", border=True):
            cards.rows([workout_rows.own_row(workout, session.units()) for workout in page.items])
        pages.buttons(page.next_cursor)
        workout_deletion.offer(page.items)


COLUMNS = (
    "ts", "local_day", "workout_type", "duration_min", "distance_km", "avg_hr", "status", "calories_pred",
    "credited_kcal", "points",
)  # fmt: skip


def _as_csv(api: FitBurn) -> Callable[[], bytes]:
    """All of the member's workouts, read when the button is pressed. Metric units and decimal points in any language:
    the file is for programs."""

    def write() -> bytes:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(_values(workout) for workout in api.workouts.list())
        return out.getvalue().encode()

    return write


def _values(workout: RecentWorkout) -> list[object]:
    return [getattr(workout, column) for column in COLUMNS]
