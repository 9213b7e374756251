"""How far something is on its way, as a bar with words: a level, a week, a challenge, the points for a reward."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

FULL = 100


@dataclass(frozen=True, slots=True)
class Meter:
    """`share` of the whole, from 0 to 1, with what it is and words at both ends below. `mark` is a word in a frame."""

    title: str
    share: float
    left: str
    right: str = ""
    figure: str = ""
    mark: str = ""
    mood: str = "plain"
    subtitle: str = ""


def show(*listed: Meter) -> None:
    st.html(f'<div class="fb-meters" role="list">{"".join(map(_meter, listed))}</div>')


def rows(listed: Sequence[Meter]) -> None:
    """With a line between them."""
    st.html(f'<div class="fb-meters fb-ruled" role="list">{"".join(map(_meter, listed))}</div>')


def _meter(one: Meter) -> str:
    mark = f'<span class="fb-mark fb-mark-{one.mood}">{escape(one.mark)}</span>' if one.mark else ""
    head = f"<b>{escape(one.title)} {mark}</b>" + (f"<em>{escape(one.figure)}</em>" if one.figure else "")
    subtitle = f'<div class="fb-meter-sub">{escape(one.subtitle)}</div>' if one.subtitle else ""
    filled = min(FULL, max(0, round(one.share * FULL)))
    return (
        f'<div role="listitem" class="fb-meter"><div class="fb-words fb-meter-head">{head}</div>{subtitle}'
        f'<progress max="{FULL}" value="{filled}" aria-label="{escape(f"{one.title}: {one.left}")}"></progress>'
        f'<div class="fb-meter-foot"><span>{escape(one.left)}</span><span>{escape(one.right)}</span></div></div>'
    )
