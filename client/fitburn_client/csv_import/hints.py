"""Columns that are not used and look as if they should be."""

import difflib
import re
from collections.abc import Iterable

from fitburn_client.csv_import.names import base_and_unit, normal
from fitburn_client.csv_import.own_files import SCORE_COLUMNS
from fitburn_client.csv_import.vocabulary import ALIASES, FIELDS_BY_NAME

CLOSE = 0.86
SHORTEST_FUZZY = 4

_HEART_RATE = re.compile(r"heart|puls|пульс|чсс|herz|bpm|\b(hr|hf)\b")
_NO_MEAN_HEART_RATE = re.compile(r"max|min|rest|zone|variab|recov|peak|макс|мин\b|поко|зон|ruhe|höchst|erhol")
_TYPE = re.compile(r"sport|type|discipline|class|тип|вид|спорт|занят|упражн|activit|exercise|workout|aktivit|training")
_NO_TYPE = re.compile(
    r"\b(id|name|title|date|note|description|time|no)\b|номер|назван|дата|замет|опис|время|datum|zeit|notiz|titel|effect"
)


_OWN_ANSWERS = frozenset({*SCORE_COLUMNS, "credited_kcal", "local_day"})
"""Columns that FitBurn itself writes into exports: results, not input."""


def looks_like(name: str, fields: Iterable[str]) -> str | None:
    """The field among `fields` that the name may mean: it has the field's words, or nearly one of its names."""
    if name in _OWN_ANSWERS:
        return None
    words = name.casefold().replace("_", " ").replace("ё", "е")
    for field in fields:
        if field == "avg_hr" and _HEART_RATE.search(words) and not _NO_MEAN_HEART_RATE.search(words):
            return field
        if field == "workout_type" and _TYPE.search(words) and not _NO_TYPE.search(words):
            return field
        if _nearly(name, field):
            return field
    return None


def close_names(name: str, header: Iterable[str]) -> list[str]:
    """Columns whose name resembles one that the header does not have."""
    by_normal = {normal(title): title for title in header}
    return [by_normal[found] for found in difflib.get_close_matches(normal(name), by_normal, cutoff=0.7)]


def _nearly(name: str, field: str) -> bool:
    parts = base_and_unit(name)
    if parts and field in FIELDS_BY_NAME.get(parts[0], ()):
        return True
    spelled = normal(name)
    names = [normal(alias) for alias in (field, *ALIASES[field]) if len(normal(alias)) >= SHORTEST_FUZZY]
    return bool(difflib.get_close_matches(spelled, names, n=1, cutoff=CLOSE))
