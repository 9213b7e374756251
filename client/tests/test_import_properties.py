"""Any table, written as any program would write it, is read back to the same workouts under the same keys."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fitburn_client.csv_import.columns import match_columns
from fitburn_client.csv_import.conventions import settle
from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.rows import Calendar, Reading, Row, read_rows
from fitburn_client.csv_import.start_columns import kinds_of
from fitburn_client.csv_import.survey import survey_rows
from fitburn_client.csv_import.table import head, open_table

ZONE = ZoneInfo("Europe/Moscow")

HEADERS = {
    "en": ("Member", "Date", "Duration (min)", "Distance (km)", "Heart Rate", "Type", "Note"),
    "ru": ("Участник", "Дата", "Длительность, мин", "Расстояние (км)", "Средний пульс", "Тип тренировки", "Заметка"),
    "de": ("Mitglied", "Datum", "Dauer (min)", "Distanz (km)", "Ø Herzfrequenz", "Sportart", "Notiz"),
}
TYPES = {
    "en": {"running": "Run", "yoga": "Yoga", "swimming": "Swim"},
    "ru": {"running": "Бег", "yoga": "Йога", "swimming": "Плавание"},
    "de": {"running": "Laufen", "yoga": "Yoga", "swimming": "Schwimmen"},
}
NOTES = {"en": "with friends", "ru": "Ёлка, друзья", "de": "Müller; Größe"}
DATES = {"en": "%Y-%m-%d %H:%M:%S", "ru": "%d.%m.%Y %H:%M:%S", "de": "%d.%m.%Y, %H:%M:%S"}
ENCODINGS = {
    "en": ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
    "ru": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r"),
    "de": ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"),
}

workouts = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["u1", "u2", "u3"]),
        "ts": st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1)).map(lambda ts: ts.replace(microsecond=0)),
        "minutes": st.integers(1, 600),
        "km": st.integers(1, 4999).map(lambda tenths: tenths / 10),
        "hr": st.none() | st.integers(40, 200),
        "type": st.sampled_from(["running", "yoga", "swimming"]),
    }
)
dialects = st.sampled_from("en ru de".split()).flatmap(
    lambda language: st.tuples(
        st.just(language),
        st.sampled_from(ENCODINGS[language]),
        st.sampled_from(",;\t|"),
        st.sampled_from(["\n", "\r\n"]),
    )
)


def written(rows: list[dict[str, object]], language: str, delimiter: str, newline: str) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    table.writerow(HEADERS[language])
    for row in rows:
        km = str(row["km"]) if language == "en" else str(row["km"]).replace(".", ",")
        ts, hr = row["ts"], row["hr"]
        assert isinstance(ts, datetime)
        kind = TYPES[language][str(row["type"])]
        table.writerow(
            [row["user"], ts.strftime(DATES[language]), row["minutes"], km, hr or "--", kind, NOTES[language]]
        )
    return out.getvalue()


def read(path: Path) -> list[Row]:
    table = open_table(path)
    columns = match_columns(table.header, {}, {}, kinds=kinds_of([line.cells for line in head(table, 50)]))
    with Ledger() as ledger:
        survey = survey_rows(table.lines(), columns, {}, ledger)
        conventions = settle(survey, table.header, columns, decimal=None, order=None, types={})
        return list(read_rows(Reading(table, columns, conventions, Calendar(ZONE, date(2027, 1, 1), False)), ledger))


@given(rows=st.lists(workouts, min_size=1, max_size=12), dialect=dialects)
def test_table_of_any_dialect_encoding_and_language_is_read_back(
    tmp_path: Path, rows: list[dict[str, object]], dialect: tuple[str, str, str, str]
) -> None:
    language, encoding, delimiter, newline = dialect
    path = tmp_path / "any.csv"
    path.write_bytes(written(rows, language, delimiter, newline).encode(encoding))
    read_back = read(path)
    assert [row.fault for row in read_back] == [None] * len(rows)
    for row, expected in zip(read_back, rows, strict=True):
        workout = row.workout
        assert workout is not None
        ts = expected["ts"]
        assert isinstance(ts, datetime)
        assert workout.ts.astimezone(UTC) == ts.replace(tzinfo=ZONE).astimezone(UTC)
        assert (workout.user_id, workout.duration_min, workout.distance_km, workout.avg_hr, workout.workout_type) == (
            expected["user"], expected["minutes"], expected["km"], expected["hr"], expected["type"],
        )  # fmt: skip
    keys = [row.key for row in read_back]
    assert len(set(keys)) == len(keys)
    assert [row.key for row in read(path)] == keys


@given(rows=st.lists(workouts, min_size=1, max_size=8), language=st.sampled_from(["en", "ru", "de"]), data=st.data())
def test_keys_do_not_depend_on_dialect_and_encoding(
    tmp_path: Path, rows: list[dict[str, object]], language: str, data: st.DataObject
) -> None:
    keys = []
    for name in ("first.csv", "second.csv"):
        delimiter = data.draw(st.sampled_from(";\t|"))
        encoding = data.draw(st.sampled_from(ENCODINGS[language]))
        path = tmp_path / name
        path.write_bytes(written(rows, language, delimiter, "\n").encode(encoding))
        keys.append([row.key for row in read(path)])
    assert keys[0] == keys[1]


@given(rows=st.lists(workouts, min_size=1, max_size=8), language=st.sampled_from(["en", "ru"]), newer=workouts)
def test_rows_added_on_top_keep_the_keys_of_the_others(
    tmp_path: Path, rows: list[dict[str, object]], language: str, newer: dict[str, object]
) -> None:
    ts = max(row["ts"] for row in rows)  # type: ignore[type-var]
    assert isinstance(ts, datetime)
    newer = newer | {"ts": ts + timedelta(days=1)}
    path = tmp_path / "month.csv"
    path.write_text(written(rows, language, ";", "\n"))
    keys = [row.key for row in read(path)]
    path.write_text(written([newer, *rows], language, ";", "\n"))
    assert [row.key for row in read(path)][1:] == keys


@given(st.text(min_size=1))
def test_no_name_becomes_empty_and_normalising_is_idempotent(name: str) -> None:
    assume(name.strip())
    assert normal(name)
    assert normal(normal(name)) == normal(name)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Ёлка", "елка"), ("Вес (кг)", "вес,КГ"), ("Größe", "GRÖSSE"), ("й", "й"), ("Avg_HR", "avg hr")],
)
def test_spellings_of_one_name_are_equal(first: str, second: str) -> None:
    assert normal(first) == normal(second)


@pytest.mark.parametrize("names", [("Рост", "Вес"), ("体重", "身長"), ("№", "%"), ("🏃", "🚴")])
def test_names_of_any_script_are_told_apart(names: tuple[str, str]) -> None:
    assert normal(names[0]) != normal(names[1])


def test_delimiters_that_fit_equally_well_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b;c\n1,2;3\n")
    with pytest.raises(CsvImportError, match="--delimiter"):
        open_table(path)
