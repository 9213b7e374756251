"""Files that other programs write and cases that users reported, each with its right value."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import EVENING, FILES, Desk


def values(workout: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(workout.get(name) for name in names)


# fmt: off
PROGRAMS = [
    ("garmin.csv", [
        ("2026-11-26T18:30:12+03:00", "running", 35.2, 5.21, 145, 412),
        ("2026-11-27T07:05:00+03:00", "strength", 45.0083, 0, None, 1210),
    ]),
    ("garmin_de.csv", [
        ("2026-11-26T18:30:12+03:00", "running", 35.2, 5.21, 145, 412),
        ("2026-11-27T07:05:00+03:00", "swimming", 40, 1.5, None, 380),
    ]),
    ("strava.csv", [
        ("2026-11-26T18:30:12+00:00", "running", 35.2, 5.2105, 145.2, 412),
        ("2026-11-27T07:05:00+00:00", "swimming", 40, 1.5, None, None),
    ]),
    ("strava_ru.csv", [("2026-11-26T18:30:12+00:00", "running", 35.2, 5.2105, 145.2, None)]),
    ("polar.csv", [("2026-11-26T18:30:12+03:00", "running", 35.2, 5.21, 145, 412)]),
    ("apple_health.csv", [("2026-11-26T18:30:12+03:00", "running", 35.2, 5.209447, None, 411.998088)]),
    ("excel_ru.csv", [
        ("2026-11-26T18:30:00+03:00", "running", 35.5, 5.2, 145, 412),
        ("2026-11-26T19:00:00+03:00", "strength", 45, None, None, 1210),
    ]),
]
# fmt: on


@pytest.mark.parametrize(("file", "expected"), PROGRAMS, ids=[name for name, _ in PROGRAMS])
def test_file_of_a_program_is_read_without_options(desk: Desk, file: str, expected: list[tuple[Any, ...]]) -> None:
    names = ("ts", "workout_type", "duration_min", "distance_km", "avg_hr", "calories_measured")
    member = [] if file == "excel_ru.csv" else ["--default", "user_id=g1"]
    assert desk.run(file, *member) == 0, desk.err
    assert [values(workout, *names) for workout in desk.workouts] == expected
    before = len(desk.workouts)
    assert desk.run(file, *member, "--timezone", "Europe/Moscow", "--default", "avg_hr=120") in (0, 1)
    assert len(desk.workouts) == before


def test_several_files_are_planned_together_and_imported_in_one_run(desk: Desk) -> None:
    files = [FILES / name for name in ("garmin.csv", "strava.csv", "excel_ru.csv")]
    assert desk.run(files[0], *files[1:], "--default", "user_id=g1") == 0
    assert len(desk.workouts) == 6
    assert desk.out.index("excel_ru.csv: 2 rows\n") < desk.out.index("garmin.csv: 2 rows in")


def test_cyrillic_names_are_told_apart_and_case_does_not_matter(desk: Desk) -> None:
    mapped = ["--map", "height_cm=Рост", "--map", "weight_kg=вес", "--map", "avg_hr=пульс"]
    assert desk.run("cyr_case.csv", *mapped) == 0
    assert values(desk.workouts[0], "height_cm", "weight_kg", "avg_hr") == (180, 80, 145)
    assert desk.run("cyr_case.csv", "--map", "weight_kg=Вессс") == 2
    assert "Did you mean 'Вес'?" in desk.err


def test_windows_1251_is_recognised_and_own_columns_survive(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("cp1251.csv") == 0
    assert values(desk.workouts[0], "gender", "ts", "duration_min", "avg_hr") == (
        "Male", "2026-11-27T10:00:00+03:00", 35, 145,
    )  # fmt: skip
    assert desk.run("cp1251b.csv", "--group-by", "зал", "--out", tmp_path / "out.csv") == 0
    assert "Windows-1251" in desk.out
    assert "· Север" in desk.out
    assert "Север" in (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[1]
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "utf-16-le", "utf-16", "utf-8-sig"])
def test_other_encodings_of_russian_are_recognised(desk: Desk, encoding: str) -> None:
    text = (FILES / "excel_ru.csv").read_text("cp1251")
    assert desk.run(desk.write("ru.csv", text, encoding)) == 0, desk.err
    assert [workout["workout_type"] for workout in desk.workouts] == ["running", "strength"]


def test_encoding_can_be_given_and_must_fit(desk: Desk) -> None:
    assert desk.run("cp1251.csv", "--encoding", "utf-8") == 2
    assert "not utf-8" in desk.err
    assert desk.run("cp1251.csv", "--encoding", "windows-1251") == 0


def test_corrected_reject_is_new_once(desk: Desk) -> None:
    source = desk.folder / "rejects_src.csv"
    shutil.copy(FILES / source.name, source)
    rejects = desk.folder / "rejects.csv"
    assert desk.run(source, "--rejects", rejects) == 1
    rejects.write_text(rejects.read_text().replace(",3o,", ",30,"))
    for _ in range(2):
        assert desk.run(rejects) == 0
        assert [workout["duration_min"] for workout in desk.workouts] == [30, 30]
    desk.run(source)
    starts = sorted(datetime.fromisoformat(workout["ts"]) for workout in desk.workouts)
    assert len(starts) == 2
    assert starts[1] - starts[0] >= timedelta(minutes=30), "they overlap"


def test_rejects_of_an_older_version_can_be_corrected(desk: Desk) -> None:
    desk.run("rejects_src.csv")
    text = (FILES / "rejects_out.csv").read_text().replace(",3o,", ",30,")
    desk.run(desk.write("rejects.csv", text))
    assert len(desk.workouts) == 2


def test_corrected_reject_with_a_time_is_the_corrected_row_of_its_file(desk: Desk) -> None:
    header, row = "user_id,ts,minutes\n", f"r1,{EVENING}Z,3o\n"
    source, rejects = desk.write("source.csv", header + row), desk.folder / "rejects.csv"
    desk.run(source, "--rejects", rejects)
    rejects.write_text(rejects.read_text().replace("3o\n", "30\n"))
    desk.run(rejects)
    source.write_text(header + row.replace("3o", "30"))
    desk.run(source)
    assert len(desk.workouts) == 1


def test_row_that_is_there_with_other_values_is_not_doubled_by_its_reject(desk: Desk) -> None:
    source, rejects = desk.write("source.csv", "user_id,minutes\nu1,30\n"), desk.folder / "rejects.csv"
    desk.run(source)
    assert desk.run(source, "--default", "avg_hr=120", "--rejects", rejects) == 1
    desk.run(rejects)
    assert len(desk.workouts) == 1


def test_time_beside_a_day_is_used(desk: Desk) -> None:
    assert desk.run("date_time.csv") == 0
    assert desk.workouts[0]["ts"] == f"{EVENING}+03:00"
    assert "Europe/Moscow, the club's zone" in desk.out


def test_compact_day_is_the_dashed_day(desk: Desk) -> None:
    for file in ("compact_date.csv", "dashed_date.csv"):
        assert desk.run(file) == 0
    starts = [workout["ts"] for workout in desk.workouts]
    assert starts[:2] == starts[2:] == ["2026-11-25T21:00:00+00:00", "2026-11-25T21:31:00+00:00"]


def test_names_of_stravas_api_are_known(desk: Desk) -> None:
    assert desk.run("sport_type.csv") == 0
    assert values(desk.workouts[0], "workout_type", "avg_hr") == ("yoga", 110)


def test_another_zone_doubles_nothing(desk: Desk) -> None:
    assert desk.run("local_time.csv") == 0
    assert desk.run("local_time.csv", "--timezone", "Europe/Moscow") == 0
    assert desk.run("local_time.csv", "--timezone", "UTC") == 1
    assert [workout["ts"] for workout in desk.workouts] == ["2026-11-26T22:30:00+03:00"]


@pytest.mark.parametrize("file", ["sep_line.csv", "comma_header2.csv"])
def test_delimiter_is_found(desk: Desk, file: str) -> None:
    assert desk.run(file) == 0
    assert desk.workouts[0]["duration_min"] == 35
    assert "delimiter: semicolon" in desk.out


def test_thousands_are_read_or_asked_about(desk: Desk) -> None:
    assert desk.run("tab_thousand.tsv") == 2
    assert "line 2, column 'calories' (calories_measured): '1,210' may be 1.21" in desk.err
    assert desk.run("tab_thousand.tsv", "--decimal", "point") == 0
    assert desk.run("de_thousand.csv") == 0
    assert [workout["calories_measured"] for workout in desk.workouts] == [1210, 1210, 1210, 1210.5]


def test_own_status_and_points_survive(desk: Desk, tmp_path: Path) -> None:
    desk.run("own_status.csv", "--out", tmp_path / "out.csv")
    header, row = (tmp_path / "out.csv").read_text().splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert values(cells, "status", "points", "fitburn_status", "fitburn_points") == (
        "Gold member",
        "1250",
        "done",
        "30",
    )
    before = len(desk.workouts)
    assert desk.run(tmp_path / "out.csv") == 0
    assert len(desk.workouts) == before


def test_own_export_belongs_to_the_member_whose_token_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fake_api.KEY", "member-token")
    assert desk.run("own_export.csv", token="member-token") == 0, desk.err
    assert values(desk.workouts[0], "user_id", "duration_min") == ("m-1", 45.5)


@pytest.mark.parametrize("wait", [[], ["--wait", "0"]])
def test_deleted_workout_does_not_stop_its_file(desk: Desk, tmp_path: Path, wait: list[str]) -> None:
    desk.run(desk.write("first.csv", "".join((FILES / "deleted.csv").read_text().splitlines(True)[:2])))
    desk.api.deleted.update(desk.api.workouts)
    assert desk.run("deleted.csv", *wait, "--out", tmp_path / "out.csv") == 0
    assert "was deleted           1" in desk.out
    assert [line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]] == [
        "del1", "new1", "new2",
    ]  # fmt: skip
