"""Maps the columns of a file to the fields of a workout."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fitburn_client.csv_import.table import CsvImportError

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
"""Fields of a workout, and other names that a column may have; the first name that a file has is used."""

REQUIRED = ("user_id", "duration_min")


@dataclass(frozen=True, slots=True)
class Columns:
    """The column index of each field that the file has, and default values for blank cells."""

    index: Mapping[str, int]
    defaults: Mapping[str, str]

    @property
    def has_ts(self) -> bool:
        return "ts" in self.index or "ts" in self.defaults

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """The texts of a row by field, without blanks."""
        texts = {field: text for field, at in self.index.items() if (text := cells[at].strip()).lower() not in BLANKS}
        return {**self.defaults, **texts}


BLANKS = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})


def match_columns(header: Sequence[str], mapped: Mapping[str, str], defaults: Mapping[str, str]) -> Columns:
    """Match columns by name; `mapped` (field -> column, an empty text: no column) takes precedence."""
    for field in (*mapped, *defaults):
        if field not in ALIASES:
            raise CsvImportError(f"{field!r} is no field of a workout; these are: {', '.join(ALIASES)}")
    index = {field: at for field in ALIASES if (at := _find(field, header, mapped)) is not None}
    missing = [field for field in REQUIRED if field not in index and field not in defaults]
    if missing:
        raise CsvImportError(
            f"no column for {' and '.join(missing)} among: {', '.join(header)}. "
            f"Name it with --map {missing[0]}=COLUMN, or give all rows one value with --default {missing[0]}=VALUE"
        )
    return Columns(index, dict(defaults))


def column_index(header: Sequence[str], name: str) -> int:
    """The index of the named column; case and punctuation are ignored unless two columns differ only by them."""
    exact = [at for at, title in enumerate(header) if title == name.strip()]
    alike = [at for at, title in enumerate(header) if _plain(title) == _plain(name)]
    if not (exact or alike):
        raise CsvImportError(f"there is no column {name!r}; the file has: {', '.join(header)}")
    return (exact or alike)[0]


def _find(field: str, header: Sequence[str], mapped: Mapping[str, str]) -> int | None:
    if field in mapped:
        return column_index(header, mapped[field]) if mapped[field].strip() else None
    plain = [_plain(title) for title in header]
    return next((plain.index(name) for name in (field, *ALIASES[field]) if name in plain), None)


def _plain(title: str) -> str:
    """`Weight (kg)` becomes weight_kg."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
