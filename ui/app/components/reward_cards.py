"""A reward's card in the shop, its ticket, and the row of a redemption."""

from html import escape

import streamlit as st

from app.components import cards
from app.text import language, rewards
from app.text.language import _, n_, number
from fitburn_client import Redemption, Reward

ICONS = {
    rewards.HELD: "redeem",
    rewards.FULFILLED: "check",
    rewards.CANCELLED: "undo",
    rewards.EXPIRED: "hourglass_disabled",
}


def face(reward: Reward, points_word: str) -> None:
    """Price, availability, title and description, under the reward's picture if it has one."""
    picture = f'<img src="{escape(reward.picture_url)}" alt="" loading="lazy">' if reward.picture_url else ""
    st.html(
        f'<article class="fb-reward{" fb-pictured" if picture else ""}">{picture}'
        f'<div class="fb-price"><b>{escape(number(reward.cost))}</b> <span>{escape(points_word)}</span>'
        f"<i>{escape(rewards.availability(reward))}</i></div>"
        f"<h4>{escape(rewards.title_of(reward))}</h4><p>{escape(rewards.description_of(reward))}</p></article>"
    )


def ticket(one: Redemption) -> None:
    """The code for the desk, large enough to be read over the counter."""
    until = _("Good until {time}", time=language.moment(one.expires_at))
    letters = " ".join(one.code)
    st.html(
        f'<section class="fb-ticket" data-testid="ticket"><header><b>{escape(rewards.title_of(one))}</b>'
        f"<span>{escape(_('Show this code at the desk'))}</span></header>"
        f'<div class="fb-code" role="img" aria-label="{escape(letters)}">{escape(rewards.grouped(one.code))}</div>'
        f"<footer>{escape(until)}</footer></section>"
    )


def row(one: Redemption) -> cards.Row:
    """A redemption in the member's list."""
    name, mood = rewards.STATES.get(one.status, (one.status, "plain"))
    return cards.Row(
        icon=ICONS.get(one.status, "redeem"),
        title=rewards.title_of(one),
        subtitle=language.moment(one.closed_at or one.created_at),
        figure=number(one.cost),
        detail=n_("point", "points", one.cost),
        mark=_(name),
        mood=mood,
    )
