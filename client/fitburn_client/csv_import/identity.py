"""What a row is: its content, in a form that no option changes, so that another run finds it again.

FROZEN. Keys of earlier imports are hashes of this content: any change here doubles the workouts of files that are
imported again. Names of columns, parsing and formats below are therefore separate from those that the import uses.
Only in files without English names for member and duration, and in rows without a time of day, the vocabulary counts
too: another name there changes the keys of files that have such a column.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.moments import NotAMomentError, read_start
from fitburn_client.csv_import.names import base_and_unit, normal
from fitburn_client.csv_import.vocabulary import DURATION, FIELDS_BY_NAME, START, TIME

_NAMES = {
    "user_id": "user_id user member_id member athlete_id athlete person_id person participant subject",
    "gender": "gender sex",
    "age": "age age_years",
    "height_cm": "height_cm height",
    "weight_kg": "weight_kg weight body_mass_kg mass_kg",
    "ts": "ts start start_time started_at start_date timestamp datetime date_time date",
    "duration_min": "duration_min duration minutes duration_minutes mins min",
    "distance_km": "distance_km distance km",
    "avg_hr": "avg_hr hr heart_rate avg_heart_rate average_heart_rate mean_hr avg_bpm bpm",
    "speed_kmh": "speed_kmh speed avg_speed avg_speed_kmh km_h kmh",
    "workout_type": "workout_type type workout activity_type activity sport exercise",
    "calories_measured": "calories_measured calories kcal kcal_measured measured_kcal measured_calories",
}
_NUMBERS = ("age", "height_cm", "weight_kg", "distance_km", "avg_hr", "speed_kmh", "calories_measured")
_BLANKS = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
_GENDERS = {"m": "Male", "male": "Male", "man": "Male", "f": "Female", "female": "Female", "w": "Female"} | {
    "woman": "Female"
}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SHORT_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Identity:
    """The content of a file's rows.

    `plain`: the columns of a file that has English names for the member and the duration. `starts`, `durations`,
    `members` and `others`: the columns of any other file, by what their names mean.
    """

    plain: Mapping[str, int]
    decimal_comma: bool
    defaults: Mapping[str, str]
    columns: Columns
    header: Sequence[str]

    @classmethod
    def of(cls, header: Sequence[str], columns: Columns, delimiter: str) -> "Identity":
        spelled = [_plain(title) for title in header]
        plain = {
            field: spelled.index(found)
            for field, names in _NAMES.items()
            if (found := next((name for name in names.split() if name in spelled), None)) is not None
        }
        defaults = {name: text for name, text in columns.defaults.items() if name in ("user_id", "ts")}
        return cls(plain, delimiter != ",", defaults, columns, header)

    def content(self, cells: Sequence[str], made_up_start: str) -> Mapping[str, Any]:
        """The content of a row; `made_up_start` stands for the start of a row that has none."""
        if "duration_min" in self.plain and ("user_id" in self.plain or "user_id" in self.defaults):
            return self._plain_content(cells, made_up_start)
        return self._any_content(cells, made_up_start)

    def _plain_content(self, cells: Sequence[str], made_up_start: str) -> dict[str, Any]:
        texts = {field: text for field, at in self.plain.items() if (text := cells[at].strip()).lower() not in _BLANKS}
        texts = {**self.defaults, **texts}
        values: dict[str, Any] = {"workout_type": "running", **texts}
        values |= {field: _number(texts[field], self.decimal_comma) for field in _NUMBERS if field in texts}
        if "duration_min" in texts:
            values["duration_min"] = _minutes(texts["duration_min"], self.decimal_comma)
        if "gender" in texts:
            values["gender"] = _GENDERS.get(texts["gender"].lower(), texts["gender"])
        if "workout_type" in texts:
            values["workout_type"] = re.sub(r"[\s-]+", "_", texts["workout_type"].lower())
        start = _start(texts["ts"]) if "ts" in texts else made_up_start
        values["ts"] = str(start)
        if not isinstance(start, datetime):
            values |= self._recognised_since(cells)
        return values

    def _recognised_since(self, cells: Sequence[str]) -> dict[str, Any]:
        """Cells that distinguish rows of one day, in columns that the first version did not know."""
        known = set(self.plain.values())
        return {
            f"column {normal(title)}": text
            for at, title in enumerate(self.header)
            if at not in known and self._means(at) and (text := cells[at].strip())
        }

    def _any_content(self, cells: Sequence[str], made_up_start: str) -> dict[str, Any]:
        """Member, start and duration if the row has a time of day; otherwise all its cells."""
        starts = [_normal_start(cells[at]) for at in self._meaning(START)]
        clocks = [cells[at].strip() for at in self._meaning(TIME) if at not in self._meaning(DURATION)]
        members = [cells[at].strip() for at in self._meaning("user_id")]
        owner = {"user_id": self.defaults["user_id"]} if "user_id" in self.defaults else {}
        durations = [cells[at].strip() for at in self._meaning(DURATION)]
        timed = any("T" in text for text in starts) or (any(starts) and any(clocks))
        if timed and (owner or any(members)):
            return owner | {"members": members, "starts": starts, "clocks": clocks, "durations": durations}
        inner = self.columns.own.inner(self.header)
        row = sorted((normal(self.header[at]), cells[at].strip()) for at in inner if cells[at].strip())
        return owner | {"row": row, "start": made_up_start}

    def _means(self, at: int) -> tuple[str, ...]:
        """The fields that the name of a column may mean; options have no part in it."""
        if at not in self.columns.own.inner(self.header):
            return ()
        parts = base_and_unit(self.header[at])
        return FIELDS_BY_NAME.get(normal(self.header[at])) or (FIELDS_BY_NAME.get(parts[0], ()) if parts else ())

    def _meaning(self, field: str) -> list[int]:
        program = self.columns.program
        if program is not None and field in program.columns:
            names = {normal(name) for name in program.columns[field]}
            return [at for at, title in enumerate(self.header) if normal(title) in names]
        return [at for at in range(len(self.header)) if field in self._means(at)]


def _normal_start(text: str) -> str:
    try:
        value = read_start(text)
    except NotAMomentError:
        return text.strip()
    return value.isoformat() if isinstance(value, date) else text.strip()


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def _number(text: str, decimal_comma: bool) -> int | float | str:
    if decimal_comma or _SHORT_DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    return _whole(value) if abs(value) < float("inf") else text


def _minutes(text: str, decimal_comma: bool) -> int | float | str:
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return _number(text, decimal_comma)
    hours, minutes, seconds = (int(part) for part in clock.groups())
    return _whole(round(hours * 60 + minutes + seconds / 60, 4))


def _start(text: str) -> datetime | date | str:
    """A time without an offset counts as UTC here, in whichever zone it is read."""
    text = text.replace("/", "-")
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if re.fullmatch(r"[0-9]{8}", text):
            return datetime.strptime(text, "%Y%m%d").date()
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return text


def _whole(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
