"""The week so far, and the member's balance, level, streak and nearest challenge."""

from datetime import date, timedelta

import streamlit as st

from app import paths, session
from app.components import cards, challenge_meter, meters, progress
from app.text import challenges, language, workouts
from app.text.language import _, number
from fitburn_client import Challenge, OwnDay, OwnDays

MAX_CHALLENGES = 20


def show(own: OwnDays) -> None:
    """`own`: the member's days up to the club's current day."""
    today = own.last_day
    monday = today - timedelta(days=today.weekday())
    done = {own_day.day: own_day for own_day in own.items}
    this_week = [own_day for own_day in own.items if own_day.day >= monday]
    with st.container(key="card-week", border=True):
        st.subheader(_("This week"), anchor=False)
        cards.week([_dot(monday + timedelta(days=offset), done, today) for offset in range(7)])
        earned = sum(own_day.points for own_day in this_week)
        cards.tiles(
            [
                cards.Figure(_("Workouts"), number(sum(own_day.workouts_cnt for own_day in this_week))),
                cards.Figure(_("Burnt"), number(sum(own_day.calories for own_day in this_week)), _("kcal")),
                cards.Figure(_("Earned"), number(earned), workouts.points_word(earned)),
            ]
        )
    _overview()


def _overview() -> None:
    """Balance, level, streak, and the challenge that is nearest to its goal."""
    balance, own_progress = session.api().points.get().balance, session.api().progress.get()
    with st.container(key="card-standing", border=True):
        cards.tiles(
            [
                cards.Figure(_("Balance"), number(balance), workouts.points_word(balance), hero=True),
                cards.Figure(
                    _("Level"), number(own_progress.level.number), progress.title_of(own_progress.level), hero=True
                ),
            ]
        )
        nearest = _nearest_challenge()
        meters.show(progress.week(own_progress), *([challenge_meter.of(nearest)] if nearest else []))
        with st.container(horizontal=True):
            paths.link("challenges", _("Challenges"), ":material/flag:")
            paths.link("board", _("Your place on the board"), ":material/leaderboard:")


def _nearest_challenge() -> Challenge | None:
    """The active challenge with the largest share below its goal."""
    active = session.api().challenges.list(challenges.ACTIVE).first(MAX_CHALLENGES)
    return max(
        (challenge for challenge in active if not challenges.is_reached(challenge)),
        key=challenges.share_of,
        default=None,
    )


def _dot(day: date, done: dict[date, OwnDay], today: date) -> cards.Dot:
    own_day = done.get(day)
    description = (
        f"{workouts.workouts(own_day.workouts_cnt)}, {workouts.points(own_day.points)}" if own_day else _("no workout")
    )
    return cards.Dot(
        name=language.weekdays()[day.weekday()],
        description=f"{language.day(day)}: {description}",
        figure=number(own_day.points) if own_day else None,
        is_today=day == today,
        is_ahead=day > today,
    )
