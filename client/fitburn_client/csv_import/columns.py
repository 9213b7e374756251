"""Which column of a file holds which field of a workout."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fitburn_client.csv_import.table import CannotImport

ALIASES: Mapping[str, tuple[str, ...]] = {
    "user_id": (
        "user",
        "member_id",
        "member",
        "athlete_id",
        "athlete",
        "person_id",
        "person",
        "participant",
        "subject",
    ),
    "gender": ("sex",),
    "age": ("age_years",),
    "height_cm": ("height",),
    "weight_kg": ("weight", "body_mass_kg", "mass_kg"),
    "ts": ("start", "start_time", "started_at", "start_date", "timestamp", "datetime", "date_time", "date"),
    "duration_min": ("duration", "minutes", "duration_minutes", "mins", "min"),
    "distance_km": ("distance", "km"),
    "avg_hr": ("hr", "heart_rate", "avg_heart_rate", "average_heart_rate", "mean_hr", "avg_bpm", "bpm"),
    "speed_kmh": ("speed", "avg_speed", "avg_speed_kmh", "km_h", "kmh"),
    "workout_type": ("type", "workout", "activity_type", "activity", "sport", "exercise"),
    "calories_measured": ("calories", "kcal", "kcal_measured", "measured_kcal", "measured_calories"),
}
"""Fields of a workout, and other names that a column may have; the first that a file has counts."""

REQUIRED = ("user_id", "duration_min")


@dataclass(frozen=True, slots=True)
class Columns:
    """Index of the column of each field that the file has, and a value for fields that it leaves blank."""

    index: Mapping[str, int]
    defaults: Mapping[str, str]

    @property
    def has_ts(self) -> bool:
        return "ts" in self.index or "ts" in self.defaults

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row says, field by field, blanks left out."""
        found = {field: text for field, at in self.index.items() if (text := cells[at].strip()).lower() not in BLANKS}
        return {**self.defaults, **found}


BLANKS = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})


def match_columns(header: Sequence[str], mapped: Mapping[str, str], defaults: Mapping[str, str]) -> Columns:
    """Columns by their names, where `mapped` (field -> column, or an empty text for none) comes first."""
    for field in (*mapped, *defaults):
        if field not in ALIASES:
            raise CannotImport(f"{field!r} is no field of a workout; these are: {', '.join(ALIASES)}")
    index = {field: at for field in ALIASES if (at := _find(field, header, mapped)) is not None}
    missing = [field for field in REQUIRED if field not in index and field not in defaults]
    if missing:
        raise CannotImport(
            f"no column for {' and '.join(missing)} among: {', '.join(header)}. "
            f"Name it with --map {missing[0]}=COLUMN, or give all rows one value with --default {missing[0]}=VALUE"
        )
    return Columns(index, dict(defaults))


def column_index(header: Sequence[str], name: str) -> int:
    """Where the column of this name is; letter case and signs do not matter unless two columns differ by them."""
    exact = [at for at, title in enumerate(header) if title == name.strip()]
    alike = [at for at, title in enumerate(header) if _plain(title) == _plain(name)]
    if not (exact or alike):
        raise CannotImport(f"there is no column {name!r}; the file has: {', '.join(header)}")
    return (exact or alike)[0]


def _find(field: str, header: Sequence[str], mapped: Mapping[str, str]) -> int | None:
    if field in mapped:
        return column_index(header, mapped[field]) if mapped[field].strip() else None
    plain = [_plain(title) for title in header]
    return next((plain.index(name) for name in (field, *ALIASES[field]) if name in plain), None)


def _plain(title: str) -> str:
    """`Weight (kg)` as weight_kg."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
