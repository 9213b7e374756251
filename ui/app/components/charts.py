"""Charts in the theme's colours and the reader's language, each with its numbers in a table."""

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st
from altair.typing import ChartType

from app.components import cards
from app.text import language
from app.text.language import _

ROUND = 4


def draw(chart: ChartType, table: cards.Table, *, summary: str, key: str) -> None:
    """Draw the chart and its collapsed table; `summary` is the text for screen readers."""
    # No ARIA for single marks, which are labelled in English; the summary and the table replace it.
    plain = chart.configure(aria=False, background="transparent", locale=language.vega_locale())
    plain = plain.configure_view(stroke=None)
    st.altair_chart(plain, key=key, alt=summary)
    with st.expander(_("As a table"), icon=":material/table_rows:", key=f"{key}_table"):
        cards.table(table)


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    name: str,
    tips: Sequence[str],
    axis: str | None,
    height: int = 220,
) -> ChartType:
    """A bar for each label, in their order. `tips` are the formatted values, `axis` the title of the scale."""
    frame = pd.DataFrame({"at": range(len(labels)), "value": values, "tip": tips, "label": labels})
    chart: alt.Chart = (
        alt.Chart(frame, height=height)
        .mark_bar(cornerRadiusEnd=ROUND, color=accent())
        .encode(
            alt.X("at:O", title=None, axis=_named(labels)),
            alt.Y("value:Q", title=axis, axis=alt.Axis(tickCount=4, grid=True)),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("tip:N", title=name)],
        )
    )
    return chart


def heat_map(weeks: Sequence[str], cells: pd.DataFrame, *, name: str) -> ChartType:
    """A calendar: a column per week, a row per weekday; a larger value is a darker and larger square.

    `cells` has the columns week and weekday (positions), value, label and tip.
    """
    days = language.weekdays()
    base = alt.Chart(cells, height=190).encode(
        alt.X("week:O", title=None, axis=_named(weeks, every_label=True)),
        alt.Y("weekday:O", title=None, axis=_named(days, every_label=True)),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("tip:N", title=name)],
    )
    empty = base.mark_rect(cornerRadius=ROUND, opacity=0.09, color=ink(), stroke=paper(), strokeWidth=2)
    done = (
        base.transform_filter("datum.value > 0")
        .mark_square(opacity=1, cornerRadius=ROUND)
        .encode(
            size=alt.Size("value:Q", scale=alt.Scale(range=[40, 190], zero=False), legend=None),
            color=alt.Color("value:Q", scale=alt.Scale(range=ramp()), legend=None),
        )
    )
    return alt.layer(empty, done)


def lines(frame: pd.DataFrame, labels: Sequence[str], *, name: str, height: int = 240) -> ChartType:
    """A line and a point shape for each series. `frame` has the columns at, value, series, label and tip."""
    base = alt.Chart(frame, height=height).encode(
        alt.X("at:O", title=None, axis=_named(labels)),
        alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4)),
        alt.Color("series:N", title=None, legend=alt.Legend(orient="top")),
        tooltip=[
            alt.Tooltip("label:N", title=" "),
            alt.Tooltip("series:N", title=" "),
            alt.Tooltip("tip:N", title=name),
        ],
    )
    points: alt.Chart = base.mark_point(size=45, filled=True).encode(shape=alt.Shape("series:N", title=None))
    return alt.layer(base.mark_line(strokeWidth=2.5), points)


def _named(labels: Sequence[str], *, every_label: bool = False) -> alt.Axis:
    """An axis of positions labelled with names; an empty name has no label."""
    names = json.dumps(list(labels), ensure_ascii=False)
    return alt.Axis(
        labelExpr=f"{names}[datum.value]",
        labelAngle=0,
        labelOverlap=False if every_label else "greedy",
        labelSeparation=12,
        labelFlush=False,
        labelBound=True,
        ticks=False,
        domain=False,
        grid=False,
    )


# ------------------------------------------------------------------------------------------------ the theme's colours


def _theme() -> str:
    return "dark" if st.context.theme.type == "dark" else "light"


def accent() -> str:
    return str(st.get_option(f"theme.{_theme()}.primaryColor"))


def ink() -> str:
    return str(st.get_option(f"theme.{_theme()}.textColor"))


def paper() -> str:
    return str(st.get_option(f"theme.{_theme()}.secondaryBackgroundColor"))


def ramp() -> list[str]:
    """Sequential colours, from low to high."""
    return list(st.get_option(f"theme.{_theme()}.chartSequentialColors"))[2:8]
