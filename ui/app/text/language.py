"""Translations, plurals, numbers and dates in the reader's language.

English texts in the code are the keys of the catalogues (`locale/<language>/LC_MESSAGES/ui.po`), which Babel reads;
plural rules, numbers and dates are CLDR's, through Babel.
"""

import gettext
import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "ru": "Русский"}
SOURCE = "en"
CATALOGUES = Path(__file__).with_name("locale")

_CHOSEN = "language"


# ----------------------------------------------------------------------------------------------------- which language


def current() -> str:
    """The member's choice, else the browser's first supported language, else English."""
    chosen = st.session_state.get(_CHOSEN)
    return chosen if chosen in LANGUAGES else negotiated(_accepted())


def settle() -> None:
    """Fix the language for the session, so that it is not negotiated for every text."""
    st.session_state.setdefault(_CHOSEN, current())


def choose(language: str | None) -> None:
    """Set the session's language. None or an unsupported language: the browser's."""
    st.session_state[_CHOSEN] = language if language in LANGUAGES else negotiated(_accepted())


def negotiated(accepted: Sequence[str]) -> str:
    """The first supported language in the browser's order of preference, else English."""
    languages = (locale.replace("_", "-").split("-")[0].lower() for locale in accepted)
    return next((language for language in languages if language in LANGUAGES), SOURCE)


def _accepted() -> list[str]:
    header = st.context.headers.get("Accept-Language", "")
    listed = [part.split(";")[0].strip() for part in header.split(",")]
    return [locale for locale in (st.context.locale, *listed) if locale]


# -------------------------------------------------------------------------------------------------------------- words


def N_(text: str) -> str:
    """Marks a text for the catalogues; `_` translates it elsewhere."""
    return text


def _(text: str, **values: object) -> str:
    """The text in the reader's language, with `{name}`s filled in."""
    translated = _catalogue(current()).gettext(text)
    return translated.format(**values) if values else translated


def n_(singular: str, plural: str, count: float, **values: object) -> str:
    """The plural form for `count`, which fills in `{n}`."""
    whole = int(count) if float(count).is_integer() else 2
    translated = _catalogue(current()).ngettext(singular, plural, whole)
    return translated.format(n=number(count), **values)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (CATALOGUES / language / "LC_MESSAGES" / "ui.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def plain(text: str) -> str:
    """Escape a member's text for Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$<>:])", r"\\\1", text)


# --------------------------------------------------------------------------------------------------- numbers and dates


@cache
def locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == SOURCE else language)


def number(value: float, digits: int = 0) -> str:
    """With the reader's decimal sign and thousands separator, rounded to at most `digits` decimals."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return numbers.format_decimal(value, format=pattern, locale=locale(current()))


def percent(share: float) -> str:
    return numbers.format_percent(share, locale=locale(current()))


def signed(value: float, digits: int = 0) -> str:
    """With a plus or a typographic minus."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(abs(value), digits)


def day(value: date, skeleton: str = "dMMM") -> str:
    """Such as 3 Mar or 3 мар.; other CLDR skeletons: yMMMd, dMMMM, MMMEd."""
    return dates.format_skeleton(skeleton, value, locale=locale(current()))


def month(value: date) -> str:
    """The month's short stand-alone name."""
    return dates.format_date(value, "LLL", locale=locale(current()))


def weekdays() -> list[str]:
    """Short names, Monday first."""
    names = locale(current()).days["stand-alone"]["short"]
    return [names[index] for index in range(7)]


def clock(value: datetime | time) -> str:
    """Hours and minutes, in the reader's time zone."""
    local = value.astimezone(zone()) if isinstance(value, datetime) else value
    return dates.format_time(local, "HH:mm", locale=locale(current()))


def moment(value: datetime) -> str:
    """Day and time in the reader's time zone, such as 3 Mar, 18:30."""
    return f"{day(value.astimezone(zone()).date())}, {clock(value)}"


def ago(value: datetime, now: datetime) -> str:
    """How long ago, such as 5 minutes ago."""
    return dates.format_timedelta(value - now, add_direction=True, locale=locale(current()))


def now() -> datetime:
    """The current time in the reader's time zone."""
    return datetime.now(zone())


def zone() -> ZoneInfo:
    """The browser's time zone."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def vega_locale() -> dict[str, Any]:
    """Number and date formats for charts: the `locale` of Vega-Lite's configuration, in D3's format."""
    cldr = locale(current())
    months, days = cldr.months["format"], cldr.days["stand-alone"]
    return {
        "number": {
            "decimal": cldr.number_symbols["latn"]["decimal"],
            "thousands": cldr.number_symbols["latn"]["group"],
            "grouping": [3],
            "currency": ["", ""],
        },
        "time": {
            "dateTime": "%x, %X",
            "date": "%d.%m.%Y",
            "time": "%H:%M",
            "periods": ["AM", "PM"],
            "days": _sunday_first(days["wide"]),
            "shortDays": _sunday_first(days["short"]),
            "months": [months["wide"][index] for index in range(1, 13)],
            "shortMonths": [cldr.months["stand-alone"]["abbreviated"][index] for index in range(1, 13)],
        },
    }


def _sunday_first(names: Any) -> list[str]:
    return [names[index] for index in (6, 0, 1, 2, 3, 4, 5)]
