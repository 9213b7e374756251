"""Labelled progress bars: for a level, a week, a challenge, the points for a reward."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

MAX_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Meter:
    """`share` is from 0 to 1; `left` and `right` are texts below the bar, `mark` is a badge and `mood` its colour."""

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
    """With a rule between the meters."""
    st.html(f'<div class="fb-meters fb-ruled" role="list">{"".join(map(_meter, listed))}</div>')


def _meter(meter: Meter) -> str:
    mark = f'<span class="fb-mark fb-mark-{meter.mood}">{escape(meter.mark)}</span>' if meter.mark else ""
    head = f"<b>{escape(meter.title)} {mark}</b>" + (f"<em>{escape(meter.figure)}</em>" if meter.figure else "")
    subtitle = f'<div class="fb-meter-sub">{escape(meter.subtitle)}</div>' if meter.subtitle else ""
    filled = min(MAX_PERCENT, max(0, round(meter.share * MAX_PERCENT)))
    spoken = escape(f"{meter.title}: {meter.left}")
    return (
        f'<div role="listitem" class="fb-meter"><div class="fb-words fb-meter-head">{head}</div>{subtitle}'
        f'<progress max="{MAX_PERCENT}" value="{filled}" aria-label="{spoken}"></progress>'
        f'<div class="fb-meter-foot"><span>{escape(meter.left)}</span><span>{escape(meter.right)}</span></div></div>'
    )
