"""Metric and imperial units. The API uses metric; pages show and accept the member's units."""

from dataclasses import dataclass

from app.text.language import N_, _, number

KM_PER_MILE = 1.609344
KG_PER_POUND = 0.45359237
CM_PER_INCH = 2.54


@dataclass(frozen=True, slots=True)
class Units:
    """Factors from metric units to the member's, and the units' symbols."""

    name: str
    per_km: float
    distance: str
    speed: str
    per_kg: float
    weight: str
    per_cm: float
    height: str

    def km(self, shown: float | None) -> float | None:
        return None if shown is None else round(shown / self.per_km, 3)

    def kg(self, shown: float | None) -> float | None:
        return None if shown is None else round(shown / self.per_kg, 2)

    def cm(self, shown: float | None) -> float | None:
        return None if shown is None else round(shown / self.per_cm, 2)

    def distance_of(self, km: float | None) -> str:
        return "–" if km is None else f"{number(km * self.per_km, 1)} {_(self.distance)}"


METRIC = Units("metric", 1.0, N_("km"), N_("km/h"), 1.0, N_("kg"), 1.0, N_("cm"))
IMPERIAL = Units(
    "imperial", 1 / KM_PER_MILE, N_("mi"), N_("mph"), 1 / KG_PER_POUND, N_("lb"), 1 / CM_PER_INCH, N_("in")
)

BY_NAME = {units.name: units for units in (METRIC, IMPERIAL)}


def of(name: str | None) -> Units:
    return BY_NAME.get(name or "", METRIC)
