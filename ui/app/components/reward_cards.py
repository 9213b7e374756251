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


def ticket(redemption: Redemption) -> None:
    """The code for the desk, large enough to be read over the counter."""
    until = _("Good until {time}", time=language.moment(redemption.expires_at))
    letters, code = " ".join(redemption.code), rewards.grouped(redemption.code)
    st.html(
        f'<section class="fb-ticket" data-testid="ticket"><header><b>{escape(rewards.title_of(redemption))}</b>'
        f"<span>{escape(_('Show this code at the desk'))}</span></header>"
        f'<div class="fb-code" role="img" aria-label="{escape(letters)}">{escape(code)}</div>'
        f"<footer>{escape(until)}</footer></section>"
    )


def row(redemption: Redemption) -> cards.Row:
    """A redemption in the member's list."""
    name, mood = rewards.STATES.get(redemption.status, (redemption.status, "plain"))
    return cards.Row(
        icon=ICONS.get(redemption.status, "redeem"),
        title=rewards.title_of(redemption),
        subtitle=language.moment(redemption.closed_at or redemption.created_at),
        figure=number(redemption.cost),
        detail=n_("point", "points", redemption.cost),
        mark=_(name),
        mood=mood,
    )
