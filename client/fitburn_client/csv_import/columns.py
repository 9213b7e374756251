"""Maps the columns of a file to the fields of a workout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.hints import close_names, looks_like
from fitburn_client.csv_import.names import base_and_unit, normal
from fitburn_client.csv_import.own_files import OwnColumns, own_columns
from fitburn_client.csv_import.programs import Program, recognised
from fitburn_client.csv_import.start_columns import Kinds, settle_start
from fitburn_client.csv_import.vocabulary import ALIASES, BLANKS, DURATION, FIELDS_BY_NAME, PACE, START, TIME, UNITS

REQUIRED = ("user_id", DURATION)
_UNIT_COLUMNS = ("unit", "units", "einheit")


@dataclass(frozen=True, slots=True)
class Columns:
    """The column index of each field that the file has, the unit of its values, and default values for blank cells."""

    index: Mapping[str, int]
    defaults: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    unit_columns: Mapping[str, int] = field(default_factory=dict)
    unused: Sequence[int] = ()
    program: Program | None = None
    own: OwnColumns = field(default_factory=OwnColumns)

    @property
    def has_ts(self) -> bool:
        return START in self.index or START in self.defaults

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """The texts of a row by field, without blanks; a text has the unit from a column of units behind it."""
        texts = {name: text for name, at in self.index.items() if (text := cells[at].strip()).lower() not in BLANKS}
        for name, at in self.unit_columns.items():
            if name in texts:
                texts[name] = f"{texts[name]} {cells[at].strip()}".rstrip()
        return {**self.defaults, **texts}


def match_columns(
    header: Sequence[str],
    mapped: Mapping[str, str],
    defaults: Mapping[str, str],
    units: Mapping[str, str] | None = None,
    kinds: Kinds | None = None,
) -> Columns:
    """Match columns by name; `mapped` (field -> column, an empty text: no column) takes precedence.

    CsvImportError for a column that may mean two fields, a field with two columns, and a missing column.
    """
    _refuse_unknown_fields((*mapped, *defaults, *(units or {})))
    own, program = own_columns(header), recognised(header)
    chosen = {name: [column_index(header, column)] if column.strip() else [] for name, column in mapped.items()}
    if program is not None:
        chosen = _of_program(program, header) | chosen
    candidates = _candidates(header, own, chosen)
    candidates = settle_start(header, candidates, frozenset(chosen), kinds or {})
    if "speed_kmh" in candidates and PACE not in chosen:
        candidates.pop(PACE, None)
    index = {name: _only(name, header, found) for name, found in candidates.items() if found}
    _refuse_missing(header, index, defaults)
    unit_columns = _unit_columns(header, index)
    used = {*index.values(), *unit_columns.values()}
    unused = [at for at in own.inner(header) if at not in used]
    if program is None:
        _refuse_lookalikes(header, unused, [name for name in ALIASES if name not in {*index, *defaults, *mapped}])
    found_units = _units(header, index, program) | dict(units or {})
    return Columns(index, dict(defaults), found_units, unit_columns, unused, program, own)


def column_index(header: Sequence[str], name: str) -> int:
    """The index of the named column, or of `#3`, the third; case and punctuation are ignored if no name is the same.

    CsvImportError if no column, or more than one, has the name.
    """
    number = name.strip().removeprefix("#")
    if name.strip().startswith("#") and number.isdecimal() and 1 <= int(number) <= len(header):
        return int(number) - 1
    exact = [at for at, title in enumerate(header) if title == name.strip()]
    alike = [at for at, title in enumerate(header) if normal(title) == normal(name)]
    found = exact or alike
    if not found:
        close = close_names(name, header)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        raise CsvImportError(f"there is no column {name!r}; the file has: {', '.join(header)}.{meant}")
    if len(found) > 1:
        raise CsvImportError(
            f"{len(found)} columns are called {name!r}: write the number of one, {_listed(header, found)}"
        )
    return found[0]


def _refuse_unknown_fields(names: Iterable[str]) -> None:
    for name in names:
        if name not in ALIASES:
            raise CsvImportError(f"{name!r} is no field of a workout; these are: {', '.join(ALIASES)}")


def _of_program(program: Program, header: Sequence[str]) -> dict[str, list[int]]:
    """The program's columns; of columns with one name the last, since Strava writes the exact one there."""
    last = {normal(title): at for at, title in enumerate(header)}
    return {
        name: [last[normal(title)] for title in titles if normal(title) in last][:1]
        for name, titles in program.columns.items()
    }


def _candidates(header: Sequence[str], own: OwnColumns, chosen: Mapping[str, list[int]]) -> dict[str, list[int]]:
    taken = {at for found in chosen.values() for at in found}
    candidates = {name: list(found) for name, found in chosen.items()}
    for at in own.inner(header):
        if at not in taken:
            for name in _fields_of(header[at]):
                if name not in chosen:
                    candidates.setdefault(name, []).append(at)
    return candidates


def _fields_of(title: str) -> tuple[str, ...]:
    """The fields that a name may mean; a unit in it must be one of the field's."""
    if names := FIELDS_BY_NAME.get(normal(title)):
        return names
    parts = base_and_unit(title)
    if parts is None:
        return ()
    names = FIELDS_BY_NAME.get(parts[0], ())
    return tuple(name for name in names if parts[1] in UNITS.get(name, ()) or _is_clock(name, parts[1]))


def _is_clock(name: str, unit: str) -> bool:
    return name in (DURATION, TIME) and unit in ("hmm", "hhmm", "mmss", "hmmss", "hhmmss")


def _only(name: str, header: Sequence[str], found: Sequence[int]) -> int:
    if len(found) > 1:
        raise CsvImportError(
            f"{name} may be in {len(found)} columns, {_listed(header, found)}: choose one, "
            f'such as --map "{name}=#{found[0] + 1}"'
        )
    return found[0]


def _listed(header: Sequence[str], found: Iterable[int]) -> str:
    return " or ".join(f"{header[at]!r} (#{at + 1})" for at in found)


def _refuse_missing(header: Sequence[str], index: Mapping[str, int], defaults: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED if name not in index and name not in defaults]
    if missing:
        raise CsvImportError(
            f"no column for {' and '.join(missing)} among: {', '.join(header)}. "
            f"Name it with --map {missing[0]}=COLUMN, or give all rows one value with --default {missing[0]}=VALUE"
        )


def _refuse_lookalikes(header: Sequence[str], unused: Iterable[int], fields: Sequence[str]) -> None:
    for at in unused:
        if name := looks_like(header[at], fields):
            raise CsvImportError(
                f"column {header[at]!r} (#{at + 1}) looks like {name}, and was not recognised: "
                f'use it with --map "{name}={header[at]}", or go without with --map {name}='
            )


def _unit_columns(header: Sequence[str], index: Mapping[str, int]) -> dict[str, int]:
    """Columns such as durationUnit beside duration."""
    plain = {normal(title): at for at, title in enumerate(header)}
    return {
        name: plain[normal(header[at]) + ending]
        for name, at in index.items()
        for ending in _UNIT_COLUMNS
        if normal(header[at]) + ending in plain and name in UNITS
    }


def _units(header: Sequence[str], index: Mapping[str, int], program: Program | None) -> dict[str, str]:
    """The unit of each field that the program defines or the column's name states."""
    units = {}
    for name, at in index.items():
        parts = base_and_unit(header[at])
        whole = normal(header[at])
        if parts and (parts[1] in UNITS.get(name, ()) or _is_clock(name, parts[1])):
            units[name] = parts[1]
        elif whole in UNITS.get(name, ()):
            units[name] = whole
        elif program and name in program.units and header.count(header[at]) > (name == "distance_km" and program.utc):
            units[name] = normal(program.units[name])
    return units
