"""Points: balance, level, streak, and every transfer."""

import streamlit as st

from app import paths, rules, session
from app.components import cards, meters, progress, states
from app.components.paging import Pages
from app.text import language, rewards, workouts
from app.text.language import N_, _, n_, number, percent, signed
from fitburn_client import Points, Transfer

PAGE = 20
NAMED = 100
"""How many of the latest redemptions are looked up for their titles."""

KINDS = {
    "workout_award": (N_("For a workout"), "fitness_center"),
    "workout_reversal": (N_("Taken back for a workout"), "undo"),
    "challenge_bonus": (N_("For a challenge"), "emoji_events"),
    "redemption_held": (N_("Put aside for a reward"), "redeem"),
    "redemption_fulfilled": (N_("Spent on a reward"), "redeem"),
    "redemption_cancelled": (N_("Given back: reward cancelled"), "undo"),
    "redemption_expired": (N_("Given back: reward not collected"), "undo"),
    "points_expired": (N_("Expired"), "hourglass_disabled"),
    "adjustment": (N_("Put right by the club"), "tune"),
}


def show() -> None:
    st.title(_("Points"), anchor=False)
    api = session.api()
    own_progress = api.progress.get()
    balance, way = st.columns(2, gap="medium")
    with balance:
        _balance(api.points.get())
    with way, st.container(key="card-way", border=True):
        meters.show(progress.level(own_progress), progress.week(own_progress))
        st.caption(" ".join(progress.in_words(own_progress)))
    _movements()


def _balance(points: Points) -> None:
    with st.container(key="card-balance", border=True):
        cards.figures(
            [cards.Figure(_("You have"), number(points.balance), workouts.points_word(points.balance), hero=True)]
        )
        aside = [
            cards.Figure(_("Put aside"), number(points.held), workouts.points_word(points.held)),
            cards.Figure(_("Under review"), number(points.pending_review), workouts.points_word(points.pending_review)),
        ]
        cards.tiles(aside)
        for sentence in _remarks(points):
            st.caption(sentence)
        paths.link("shop", _("To the shop"), ":material/redeem:")


def _remarks(points: Points) -> list[str]:
    sentences = []
    if points.balance < 0:
        sentences.append(_("Points that you had spent were taken back. What you earn next fills the gap."))
    if points.next_expiry:
        day = language.day(points.next_expiry.expires_on, "yMMMd")
        sentences.append(
            n_("{n} point expires on {day}.", "{n} points expire on {day}.", points.next_expiry.points, day=day)
        )
    return [*sentences, _how_points_come()]


def _how_points_come() -> str:
    applied = rules.current().points
    return _(
        "Every full {kcal} kcal are a point, up to {points} a day. {share} without a heart rate.",
        kcal=number(applied.kcal_per_point),
        points=number(applied.daily_points),
        share=percent(applied.share_without_heart_rate),
    )


def _movements() -> None:
    pages = Pages("transfers", None)
    page = session.api().points.transfers().page(limit=PAGE, cursor=pages.cursor)
    if not page.items:
        states.empty(
            "bolt", _("No points yet"), _("They come with the first workout that you log."), key="no-transfers"
        )
        return
    spent_on = _titles(page.items)
    with st.container(key="card-movements", border=True):
        st.subheader(_("How they came about"), anchor=False)
        cards.rows([_row(transfer, spent_on.get(transfer.source_id)) for transfer in page.items])
    pages.buttons(page.next_cursor)


def _titles(transfers: tuple[Transfer, ...]) -> dict[str, str]:
    """Reward titles by redemption id."""
    if not any(transfer.kind.startswith("redemption_") for transfer in transfers):
        return {}
    latest = session.api().redemptions.mine().first(NAMED)
    return {redemption.redemption_id: rewards.title_of(redemption) for redemption in latest}


def _row(transfer: Transfer, title: str | None) -> cards.Row:
    name, icon = KINDS.get(transfer.kind, (transfer.kind, "swap_horiz"))
    parts = [title, language.moment(transfer.created_at)]
    return cards.Row(icon=icon, title=_(name), subtitle=" · ".join(filter(None, parts)), figure=signed(transfer.amount))
