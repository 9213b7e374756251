"""Form fields for sex, birth year, height and weight: asked for with the first workout, kept in the profile."""

from dataclasses import dataclass

import streamlit as st

from app import rules, session
from app.text import units
from app.text.language import N_, _
from fitburn_client import Profile

GENDERS = {"Female": N_("Female"), "Male": N_("Male")}
Place = st.delta_generator.DeltaGenerator

NEEDED = ("gender", "birth_year", "height_cm", "weight_kg")


@dataclass(frozen=True, slots=True)
class Body:
    """Answers in metric units; None where a field is empty."""

    gender: str | None
    birth_year: int | None
    height_cm: float | None
    weight_kg: float | None


class IncompleteError(Exception):
    """A field is empty."""


def is_missing(profile: Profile) -> bool:
    return any(getattr(profile, name) is None for name in NEEDED)


def ask(profile: Profile) -> Body:
    """The four fields, with the reason why we ask."""
    with st.container(key="about"):
        st.markdown(f"**{_('About you, asked once')}**")
        st.caption(_("The same workout burns differently in every body. The board never shows any of this."))
        return fields(profile, "about")


def fields(profile: Profile, prefix: str) -> Body:
    """The four fields alone, filled from the profile."""
    shown = units.of(profile.units)
    gender = _gender(profile, f"{prefix}_gender")
    born, tall, heavy = st.columns(3, wrap=False)
    birth_year = _birth_year(born, profile, f"{prefix}_birth_year")
    height = _size(tall, "height_cm", profile.height_cm, shown.height, shown.per_cm, f"{prefix}_height_{shown.name}")
    weight = _size(heavy, "weight_kg", profile.weight_kg, shown.weight, shown.per_kg, f"{prefix}_weight_{shown.name}")
    return Body(gender, birth_year, shown.cm(height), shown.kg(weight))


def _gender(profile: Profile, key: str) -> str | None:
    return st.segmented_control(
        _("Sex"),
        list(GENDERS),
        default=profile.gender,
        format_func=lambda gender: _(GENDERS[gender]),
        key=key,
        width="stretch",
        help=_("The published formulas know these two."),
        persist_state="session",
        on_change="ignore",
    )


def _birth_year(place: Place, profile: Profile, key: str) -> int | None:
    first, last = rules.whole_range("birth_year")
    # The range moves on every year. The field rejects a value outside, so such a year is asked for again.
    current = profile.birth_year if profile.birth_year and first <= profile.birth_year <= last else None
    return place.number_input(
        _("Birth year"),
        first,
        last,
        current,
        key=key,
        placeholder="1990",
        persist_state="session",
        on_change="ignore",
    )


LABELS = {"height_cm": N_("Height, {unit}"), "weight_kg": N_("Weight, {unit}")}


def _size(place: Place, field: str, current: float | None, unit: str, per: float, key: str) -> float | None:
    """A number input in the member's unit, of which `per` are one metric unit."""
    accepted = rules.number_range(field)
    return place.number_input(
        _(LABELS[field], unit=_(unit)),
        float(round(accepted.low * per)),
        float(round(accepted.high * per)),
        None if current is None else round(current * per, 1),
        step=1.0,
        format="%g",
        key=key,
        placeholder="–",
        persist_state="session",
        on_change="ignore",
    )


def save(body: Body) -> None:
    """Update the profile. Raises IncompleteError or FitBurnError."""
    answers = {name: getattr(body, name) for name in NEEDED}
    if None in answers.values():
        raise IncompleteError
    session.remember_profile(session.api().me.update(**answers))
