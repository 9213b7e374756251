"""The pure parts of the import: tables, columns, values, keys, laid starts, accuracy."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitburn_client.csv_import.columns import match_columns
from fitburn_client.csv_import.conventions import settle
from fitburn_client.csv_import.errors import CsvImportError, UnreadableCellError
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.rows import Calendar, Reading, Row, read_rows
from fitburn_client.csv_import.start_columns import kinds_of
from fitburn_client.csv_import.summary import Accuracy
from fitburn_client.csv_import.survey import survey_rows
from fitburn_client.csv_import.table import head, open_table
from fitburn_client.csv_import.values import Conventions, minutes, number, start
from fitburn_client.genders import gender

END = date(2026, 3, 1)


def rows_of(
    tmp_path: Path, text: str | bytes, *, defaults: dict[str, str] | None = None, calendar: Calendar | None = None
) -> list[Row]:
    path = tmp_path / "workouts.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    table = open_table(path)
    columns = match_columns(table.header, {}, defaults or {}, kinds=kinds_of([line.cells for line in head(table, 50)]))
    with Ledger() as ledger:
        survey = survey_rows(table.lines(), columns, {}, ledger)
        conventions = settle(survey, table.header, columns, decimal=None, order=None, types={})
        reading = Reading(table, columns, conventions, calendar or Calendar(UTC, END, False))
        return list(read_rows(reading, ledger))


class TestTable:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_encoding_and_delimiter_are_detected(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        text = f"Größe{delimiter}user_id{delimiter}minutes\nä{delimiter}u1{delimiter}30\n"
        path = tmp_path / "x.csv"
        path.write_bytes(text.encode(encoding))
        table = open_table(path)
        assert table.header == ("Größe", "user_id", "minutes")
        assert [list(line.cells) for line in table.lines()] == [["ä", "u1", "30"]]

    @pytest.mark.parametrize("text", ["user_id,minutes\nu1,30\nu2,30\n", "user_id,minutes\r\nu1,30\r\nu2,30"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_number_of_rows_is_estimated_beforehand(self, tmp_path: Path, text: str, encoding: str) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(text.encode(encoding))
        assert open_table(path).row_estimate == 2

    def test_line_numbers_are_those_an_editor_shows(self, tmp_path: Path) -> None:
        rows = rows_of(tmp_path, 'user_id,minutes,note\nu1,30,"two\nlines"\n\n,,\nu2,x,\n')
        assert [(row.number, row.fault) for row in rows] == [(2, None), (6, "duration_min: 'x' is not a number")]

    def test_unclosed_quotation_mark_loses_no_row_silently(self, tmp_path: Path) -> None:
        rows = rows_of(tmp_path, 'user_id,minutes,note\nu1,30,ok\nu2,30,"open\nu3,30,lost\n')
        assert rows[0].fault is None
        assert "quotation mark" in (rows[-1].fault or "")
        assert rows[-1].number == 3

    def test_row_of_another_width_is_refused(self, tmp_path: Path) -> None:
        (row,) = rows_of(tmp_path, "user_id,minutes\nu1,30,145\n")
        assert row.fault == "has 3 cells, the header has 2"

    def test_empty_file_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        with pytest.raises(CsvImportError, match="empty"):
            rows_of(tmp_path, "")


class TestColumns:
    def test_usual_names_match_in_any_case_and_with_units(self) -> None:
        header = ["Athlete", "Sex", "Height (cm)", "Weight (kg)", "Minutes", "Heart Rate", "kcal", "Date", "Sport"]
        columns = match_columns(header, {}, {})
        assert dict(columns.index) == {
            "user_id": 0,
            "gender": 1,
            "height_cm": 2,
            "weight_kg": 3,
            "duration_min": 4,
            "avg_hr": 5,
            "calories_measured": 6,
            "ts": 7,
            "workout_type": 8,
        }

    def test_two_columns_for_one_field_are_refused_until_one_is_chosen(self) -> None:
        header = ["user", "user_id", "minutes"]
        with pytest.raises(CsvImportError, match=r"'user' \(#1\) or 'user_id' \(#2\)"):
            match_columns(header, {}, {})
        assert match_columns(header, {"user_id": "user_id"}, {}).index["user_id"] == 1

    def test_mapping_takes_precedence_and_may_be_empty(self) -> None:
        columns = match_columns(
            ["user_id", "Card No", "minutes", "kcal"], {"user_id": "card no", "calories_measured": ""}, {}
        )
        assert dict(columns.index) == {"user_id": 1, "duration_min": 2}

    def test_default_fills_blanks_only(self) -> None:
        columns = match_columns(["user_id", "minutes", "type"], {}, {"workout_type": "running"})
        assert columns.texts(["u1", "30", " NA "])["workout_type"] == "running"
        assert columns.texts(["u1", "30", "yoga"])["workout_type"] == "yoga"

    def test_missing_column_is_an_error_that_names_the_option(self) -> None:
        with pytest.raises(CsvImportError, match=r"--map duration_min=COLUMN"):
            match_columns(["user_id", "hours"], {}, {})

    @pytest.mark.parametrize("mapped", [{"nonsense": "user_id"}, {"user_id": "missing"}])
    def test_unknown_field_or_column_lists_the_known_ones(self, mapped: dict[str, str]) -> None:
        with pytest.raises(CsvImportError, match=r"user_id"):
            match_columns(["user_id", "minutes"], mapped, {})


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("72.5", 72.5),
            ("72,5", 72.5),
            ("24.0", 24),
            ("1e2", 100),
            ("1 210", 1210),
            ("1.210,5", 1210.5),
            ("80 kg", 80),
        ],
    )
    def test_numbers(self, text: str, value: float) -> None:
        read = number("weight_kg", text, None, Conventions())
        assert (read, type(read)) == (value, type(value))

    @pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1_0", "0x1f", "٣", "--1", "12 stones", "1.2.3"])
    def test_other_texts_are_no_numbers(self, text: str) -> None:
        with pytest.raises(UnreadableCellError, match="is not a number"):
            number("weight_kg", text, None, Conventions())

    @pytest.mark.parametrize("text", ["1,210", "1.210"])
    def test_thousands_or_decimals_are_never_guessed(self, text: str) -> None:
        with pytest.raises(UnreadableCellError, match="two things"):
            number("calories_measured", text, None, Conventions())

    def test_reading_beyond_the_accepted_values_is_none(self) -> None:
        assert number("weight_kg", "72,125", None, Conventions()) == 72.125

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("35", 35),
            ("0:35:30", 35.5),
            ("1:00:00", 60),
            ("2,5", 2.5),
            ("1 h 5 min", 65),
            ("PT45M30S", 45.5),
            ("1,5 ч", 90),
        ],
    )
    def test_durations(self, text: str, value: float) -> None:
        assert minutes(text, None, Conventions()) == value

    @pytest.mark.parametrize("text", ["m", "M", "male", "MALE", "man", "муж.", "М"])
    def test_genders_in_any_form(self, text: str) -> None:
        assert gender(text) == "Male"

    def test_unknown_gender_is_left_to_the_api(self) -> None:
        assert gender("other") == "other"

    def test_time_without_offset_is_in_the_given_zone(self) -> None:
        read = start("2026-07-01 18:30", None, None, ZoneInfo("Europe/Madrid"))
        assert isinstance(read, datetime)
        assert read.astimezone(UTC) == datetime(2026, 7, 1, 16, 30, tzinfo=UTC)

    @pytest.mark.parametrize("text", ["01/02/2026", "yesterday", "2026-13-01", "18:30", "46352"])
    def test_other_times_are_refused(self, text: str) -> None:
        with pytest.raises(UnreadableCellError, match=r"^ts: "):
            start(text, None, None, UTC)

    @pytest.mark.parametrize(("text", "why"), [("2026-10-25 02:30", "exists twice"), ("2026-03-29 02:30", "not exist")])
    def test_local_time_of_a_clock_change_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(UnreadableCellError, match=why):
            start(text, None, None, ZoneInfo("Europe/Berlin"))


class TestKeys:
    def test_same_file_has_the_same_keys(self, tmp_path: Path) -> None:
        text = "user_id,minutes\n" + "u1,30\n" * 3 + "u2,30\n"
        first, second = ([row.key for row in rows_of(tmp_path, text)] for _ in range(2))
        assert first == second
        assert len(set(first)) == 4

    def test_key_is_independent_of_column_order_and_notation(self, tmp_path: Path) -> None:
        (first,) = rows_of(tmp_path, "user_id,gender,minutes,weight\nu1,f,30,60.0\n")
        (other,) = rows_of(tmp_path, "Weight (kg);duration;Member;Sex\n60,00;0:30:00;u1;Female\n")
        assert first.key == other.key

    def test_explicit_default_value_has_the_same_key(self, tmp_path: Path) -> None:
        (first,) = rows_of(tmp_path, "user_id,minutes\nu1,30\n")
        (other,) = rows_of(tmp_path, "user_id,minutes\nu1,30\n", defaults={"workout_type": "Running"})
        assert first.key == other.key

    def test_another_date_of_the_file_has_the_same_keys(self, tmp_path: Path) -> None:
        calendars = [Calendar(UTC, day, False) for day in (END, END + timedelta(days=9))]
        first, other = (rows_of(tmp_path, "user_id,minutes\nu1,30\n", calendar=calendar) for calendar in calendars)
        assert first[0].key == other[0].key

    def test_day_named_by_the_user_is_part_of_the_key(self, tmp_path: Path) -> None:
        calendars = [Calendar(UTC, day, True) for day in (END, END + timedelta(days=9))]
        first, other = (rows_of(tmp_path, "user_id,minutes\nu1,30\n", calendar=calendar) for calendar in calendars)
        assert first[0].key != other[0].key

    @given(st.lists(st.sampled_from(["u1,30", "u1,31", "u2,30", "u2,", ",30"]), max_size=30))
    def test_no_two_rows_share_a_key(self, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
        rows = rows_of(tmp_path_factory.mktemp("keys"), "\n".join(["user_id,minutes", *lines]))
        keys = [row.key for row in rows if row.workout]
        assert len(set(keys)) == len(keys)


def spans(rows: list[Row]) -> dict[str | None, list[tuple[datetime, datetime]]]:
    found = defaultdict(list)
    for row in rows:
        if row.workout:
            end = row.workout.ts + timedelta(minutes=row.workout.duration_min)
            found[row.workout.user_id].append((row.workout.ts, end))
    return found


class TestLaying:
    @given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0.1, 600)), max_size=40))
    def test_rows_without_times_never_overlap_and_end_before_the_day(
        self, tmp_path_factory: pytest.TempPathFactory, workouts: list[tuple[str, float]]
    ) -> None:
        text = "\n".join(["user_id,minutes", *(f"{user},{minutes!r}" for user, minutes in workouts)])
        for laid in spans(rows_of(tmp_path_factory.mktemp("laid"), text)).values():
            assert max(end for _, end in laid) < datetime(2026, 3, 1, tzinfo=UTC)
            newest_first = sorted(laid, reverse=True)
            assert laid == newest_first
            assert all(end < start for (start, _), (_, end) in pairwise(laid))

    def test_appended_rows_do_not_move_earlier_ones(self, tmp_path: Path) -> None:
        before = rows_of(tmp_path, "user_id,minutes\nu1,30\nu1,45\n")
        after = rows_of(tmp_path, "user_id,minutes\nu1,30\nu1,45\nu1,60\n")
        assert [row.workout for row in after[:2]] == [row.workout for row in before]

    def test_absurd_duration_does_not_push_other_rows_weeks_back(self, tmp_path: Path) -> None:
        rows = rows_of(tmp_path, "user_id,minutes\nu1,99999999\nu1,30\n")
        assert rows[1].workout is not None
        assert rows[1].workout.ts > datetime(2026, 2, 27, tzinfo=UTC)

    def test_rows_with_a_day_only_follow_each_other_on_that_day(self, tmp_path: Path) -> None:
        madrid = Calendar(ZoneInfo("Europe/Madrid"), END, False)
        rows = rows_of(tmp_path, "user_id,minutes,date\n" + "u1,30,2026-01-10\n" * 3, calendar=madrid)
        starts = [row.workout.ts for row in rows if row.workout]
        assert starts[0] == datetime(2026, 1, 9, 23, 0, tzinfo=UTC)
        assert [later - earlier for earlier, later in pairwise(starts)] == [timedelta(minutes=31)] * 2

    def test_row_without_time_in_a_file_with_times_is_refused(self, tmp_path: Path) -> None:
        rows = rows_of(tmp_path, "user_id,minutes,ts\nu1,30,\nu1,30,2026-01-10T10:00:00Z\n")
        assert [row.fault for row in rows] == ["ts is missing", None]


def test_mape_is_the_mean_of_relative_errors() -> None:
    accuracy = Accuracy()
    accuracy.add(predicted=110, measured=100)
    accuracy.add(predicted=100, measured=200)
    assert accuracy.n == 2
    assert accuracy.mape == pytest.approx(30.0)
