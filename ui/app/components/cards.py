"""HTML elements that Streamlit lacks. Every text is escaped here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

STYLE = Path(__file__).with_name("style.css")
LOGO = Path(__file__).parents[1] / "static" / "logo.svg"


COLOURS = {
    "accent": "primaryColor",
    "background": "backgroundColor",
    "card": "secondaryBackgroundColor",
    "text": "textColor",
    "line": "borderColor",
    "red": "redColor",
    "yellow": "yellowColor",
    "green": "greenColor",
}
"""CSS variables `--fb-…` and the theme options that they come from."""


def style() -> None:
    """Add our style sheet, in the theme's colours. Call once per run, before anything else."""
    st.html(_style_sheet())


@cache
def _style_sheet() -> str:
    def colour(option: str) -> str:
        return f"light-dark({st.get_option(f'theme.light.{option}')}, {st.get_option(f'theme.dark.{option}')})"

    named = "".join(f"--fb-{name}: {colour(option)};" for name, option in COLOURS.items())
    return f"<style>:root {{ {named} }}\n{STYLE.read_text()}</style>"


def brand() -> None:
    picture = '<img src="app/static/logo.svg" alt="">'
    st.html(f'<a class="fb-brand" href="." aria-label="FitBurn">{picture}<span>FitBurn</span></a>')


def promise(title: str, emphasis: str, text: str, reasons: Sequence[str]) -> None:
    """Headline and arguments for visitors."""
    listed = "".join(f'<div role="listitem"><b>✓</b>{escape(reason)}</div>' for reason in reasons)
    st.html(
        f'<div class="fb-promise"><h1>{escape(title)} <em>{escape(emphasis)}</em></h1>'
        f'<p>{escape(text)}</p><div class="fb-reasons" role="list">{listed}</div></div>'
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit and name; `hero` makes it large."""

    name: str
    value: str
    unit: str = ""
    hero: bool = False


def result(title: str, figures: Sequence[Figure], why: str, notes: Sequence[str], mood: str) -> None:
    """A workout's result. `mood` is good, held or failed; the title carries the same meaning in words."""
    listed = "".join(f'<div role="listitem">{escape(note)}</div>' for note in notes)
    st.html(
        f'<section class="fb-result fb-{mood}" role="status" data-testid="result">'
        f"<header><h3>{escape(title)}</h3></header>"
        f'<div class="fb-figures">{"".join(map(_figure, figures))}</div>'
        f'<div class="fb-notes"><b>{escape(why)}</b><div role="list">{listed}</div></div></section>'
    )


def pending(title: str, text: str) -> None:
    st.html(
        f'<section class="fb-result fb-pending" role="status" data-testid="pending"><span class="fb-spinner"></span>'
        f"<header><h3>{escape(title)}</h3><p>{escape(text)}</p></header></section>"
    )


def _figure(figure: Figure) -> str:
    return (
        f'<div class="fb-figure{" fb-hero" if figure.hero else ""}"><span class="fb-name">{escape(figure.name)}</span>'
        f'<span class="fb-value">{escape(figure.value)} <small>{escape(figure.unit)}</small></span></div>'
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A day of the week strip: name, description for screen readers, and a short figure, or None without a workout."""

    name: str
    description: str
    figure: str | None
    is_today: bool = False
    is_ahead: bool = False


def week(dots: Sequence[Dot]) -> None:
    st.html(f'<div class="fb-week" role="list">{"".join(map(_dot, dots))}</div>')


def _dot(dot: Dot) -> str:
    marks = [
        "fb-done" if dot.figure else "",
        "fb-today" if dot.is_today else "",
        "fb-ahead" if dot.is_ahead else "",
    ]
    content = escape(dot.figure) if dot.figure else ("" if dot.is_ahead else "–")
    return (
        f'<div role="listitem" class="{" ".join(filter(None, marks))}" '
        f'title="{escape(dot.description)}" aria-label="{escape(dot.description)}">'
        f"<b>{content}</b><span>{escape(dot.name)}</span></div>"
    )


def tiles(figures: Sequence[Figure]) -> None:
    """Small figures side by side."""
    st.html(f'<div class="fb-tiles">{"".join(map(_figure, figures))}</div>')


def figures(listed: Sequence[Figure]) -> None:
    """Large figures in a row."""
    st.html(f'<div class="fb-figures">{"".join(map(_figure, listed))}</div>')


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: icon, title and subtitle, figures at the end. `mark` is a badge, and `mood` its colour."""

    icon: str
    title: str
    subtitle: str
    figure: str = ""
    detail: str = ""
    mark: str = ""
    mood: str = "plain"
    is_mine: bool = False


def rows(listed: Sequence[Row], *, ranked: bool = False) -> None:
    """`ranked`: the rows' icons are ranks."""
    st.html(f'<div class="fb-rows" role="list">{"".join(_row(row, ranked) for row in listed)}</div>')


def _row(row: Row, ranked: bool) -> str:
    mark = f'<span class="fb-mark fb-mark-{row.mood}">{escape(row.mark)}</span>' if row.mark else ""
    return (
        f'<div role="listitem" class="fb-row{" fb-mine" if row.is_mine else ""}">'
        f'<span class="{"fb-icon fb-rank" if ranked else "fb-icon"}">{escape(row.icon)}</span>'
        f'<div class="fb-words"><b>{escape(row.title)} {mark}</b><span>{escape(row.subtitle)}</span></div>'
        f'<div class="fb-sum"><b>{escape(row.figure)}</b><span>{escape(row.detail)}</span></div></div>'
    )


Table = Mapping[str, Sequence[str]]
"""Formatted cells by column name."""


def table(columns: Table) -> None:
    """A plain table. `st.table` renders each cell as Markdown, which is slow for many cells."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    lines = zip(*columns.values(), strict=True)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    content = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    st.html(f'<div class="fb-scroll"><table class="fb-table">{content}</table></div>')
