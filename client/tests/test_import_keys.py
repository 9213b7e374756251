"""Keys of rows: those of earlier versions stay, and no option changes one."""

from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from test_csv_parts import rows_of

from fitburn_client.csv_import.rows import Calendar

# Files and the keys that the version before `GET /club` made for them.
EARLIER = {
    "user_id,gender,age,height_cm,weight_kg,ts,minutes,avg_hr\n"
    "u1,Male,30,180,80,2026-11-26T18:30:00Z,30,140\nu1,f,30,180,80.0,2026-11-26 18:30,0:30:30,\n": [
        "csv-53b03665d390d11b3e89885354ea26ad-1", "csv-80880172cee8fc191b42a796503d50b5-1",
    ],
    "Member;Sex;Date;Minutes;Height (cm);kcal;Sport\n"
    "u1;m;2026-11-26;30;180,5;400;Jump Rope\nu1;m;2026-11-26;30;180,5;400;Jump Rope\n": [
        "csv-60294e0ea371c96ae53a2ee13020d4dc-1", "csv-60294e0ea371c96ae53a2ee13020d4dc-2",
    ],
    'user_id,minutes,distance\nu1,30,5.21\nu1,30,5.21\nu2,31,"5,2"\n': [
        "csv-5f071f4f56aad1cb60c12f45ce94a62a-1", "csv-5f071f4f56aad1cb60c12f45ce94a62a-2",
        "csv-1122ad3879f05578be0dae4e3c28136b-1",
    ],
    "athlete\tstart\tduration\thr\nu1\t2026/11/26 18:30+03:00\t45\t120,5\n": ["csv-26fd8b4ddd7f3f6603b14a68b21cd160-1"],
}  # fmt: skip


@pytest.mark.parametrize("text", EARLIER)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow"])
def test_keys_of_files_that_were_imported_before_are_unchanged(tmp_path: Path, text: str, zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone), date(2026, 11, 27), False)
    assert [row.key for row in rows_of(tmp_path, text, calendar=calendar)] == EARLIER[text]


@pytest.mark.parametrize("default", [{"avg_hr": "120"}, {"workout_type": "yoga"}, {"age": "30"}])
def test_defaults_that_describe_a_row_are_not_part_of_its_key(tmp_path: Path, default: dict[str, str]) -> None:
    text = "user_id,minutes,avg_hr,type,age\nu1,30,,,\n"
    (plain,) = rows_of(tmp_path, text)
    (filled,) = rows_of(tmp_path, text, defaults=default)
    assert plain.key == filled.key


def test_member_is_part_of_the_key(tmp_path: Path) -> None:
    text = "Activity Type,Date,Title,Distance,Time\nRunning,2026-11-26 18:30:12,Run,5.21,00:35:12\n"
    keys = {rows_of(tmp_path, text, defaults={"user_id": user})[0].key for user in ("u1", "u2")}
    assert len(keys) == 2


def test_renamed_activity_keeps_its_key(tmp_path: Path) -> None:
    text = "Activity Type,Date,Title,Distance,Time\nRunning,2026-11-26 18:30:12,Run,5.21,00:35:12\n"
    keys = {
        rows_of(tmp_path, spelled, defaults={"user_id": "u1"})[0].key
        for spelled in (text, text.replace(",Run,", ",Race,"))
    }
    assert len(keys) == 1


def test_day_is_the_same_row_with_and_without_dashes(tmp_path: Path) -> None:
    calendar = Calendar(UTC, date(2026, 11, 27), False)
    rows = [
        rows_of(tmp_path, f"user_id,minutes,date\nu1,30,{day}\n", calendar=calendar)[0]
        for day in ("20261126", "2026-11-26")
    ]
    assert rows[0].key == rows[1].key
