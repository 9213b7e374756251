"""Evaluation on measured workouts. All workouts here are made up."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from fitburn.physiology import Gender
from fitburn.workouts import WorkoutType
from trainer import artefacts, evaluate
from trainer.arrays import Floats
from trainer.judge import ALL, check
from trainer.measured import CHECK_FILE, SHUTTLE_RUN_TYPE, UnreadableSessionsError, read_measured
from trainer.pipeline import Predictor

HEADER = "gender,age,height_cm,weight_kg,kind,duration_min,avg_hr,workout_type,calories_measured"
MADE_UP = [
    HEADER,
    "male,41,181,84,ride,60,131,cycling,610",
    "Female,29,167,58.5,ride,45,140,cycling,380",
    "FEMALE,37,172,66,class,50,,yoga,190",
]

ALLOWED_MAPE = {"hard_test": 16.0, "whole_session": 32.0}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, MADE_UP)


def write(folder: Path, lines: list[str]) -> Path:
    path = folder / "sessions.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_rows_are_read_with_empty_cells_as_missing_values(file: Path) -> None:
    ride, _, yoga = read_measured(file, WorkoutType.RUNNING)
    assert (ride.gender, ride.avg_hr, ride.workout_type) == (Gender.MALE, 131, WorkoutType.CYCLING)
    assert (yoga.gender, yoga.avg_hr, yoga.speed_kmh) == (Gender.FEMALE, None, None)


def test_a_row_without_a_type_gets_the_default_type(tmp_path: Path) -> None:
    path = write(tmp_path, ["gender,age,height_cm,weight_kg,duration_min,calories_measured", "male,41,181,84,30,250"])
    assert read_measured(path, WorkoutType.ROWING)[0].workout_type is WorkoutType.ROWING


@pytest.mark.parametrize(
    ("cell", "value", "named"),
    [("131", "nan", "avg_hr"), ("131", "999", "avg_hr"), ("610", "0", "calories_measured"), ("male", "x", "gender")],
)
def test_a_bad_cell_is_named_with_its_line(tmp_path: Path, cell: str, value: str, named: str) -> None:
    path = write(tmp_path, [HEADER, MADE_UP[2], MADE_UP[1].replace(cell, value)])
    with pytest.raises(UnreadableSessionsError, match=f"line 3: .*{named}.*Correct or remove that line"):
        read_measured(path, WorkoutType.RUNNING)


def test_an_empty_or_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSessionsError, match="has no rows"):
        read_measured(write(tmp_path, [HEADER]), WorkoutType.RUNNING)
    with pytest.raises(UnreadableSessionsError, match="Give a readable CSV file"):
        read_measured(tmp_path / "none.csv", WorkoutType.RUNNING)


def test_groups_are_kinds_and_genders_and_missing_heart_rates_have_no_keytel(model: Predictor, file: Path) -> None:
    groups = check(model, read_measured(file, WorkoutType.RUNNING))
    assert [(group["kind"], group["gender"], group["n"]) for group in groups] == [
        ("class", "all", 1),
        ("class", "Female", 1),
        ("ride", "all", 2),
        ("ride", "Male", 1),
        ("ride", "Female", 1),
    ]
    assert groups[0]["mape_percent"]["keytel"] is None
    assert groups[2]["mape_percent"]["keytel"] is not None


def test_a_perfect_estimate_has_no_error(model: Predictor, file: Path) -> None:
    class Oracle:
        def predict(self, matrix: Floats, /) -> Floats:
            return np.array([610.0, 380.0, 190.0])

    assert {group["mape_percent"]["model"] for group in check(Oracle(), read_measured(file, WorkoutType.RUNNING))} == {
        0.0
    }


def test_the_table_is_printed_and_recorded_only_on_request(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    shutil.copytree(artefacts.MODELS, models)
    before = artefacts.read_metrics(models)
    assert evaluate.main([str(file), "--models", str(models)]) == 0
    assert "Keytel+VO2max" in capsys.readouterr().out
    assert artefacts.read_metrics(models) == before
    assert evaluate.main([str(file), "--models", str(models), "--record"]) == 0
    after = artefacts.read_metrics(models)
    assert {key for key in before if before[key] != after[key]} == {"real_data"}
    assert "84" not in json.dumps(after["real_data"][0])


def test_a_bad_file_ends_with_a_sentence_and_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.skipif(
    "FITBURN_CHECK_DATA" not in os.environ, reason="FITBURN_CHECK_DATA names no folder with calorimetry"
)
def test_on_real_calorimetry_the_model_beats_the_published_equations(model: Predictor) -> None:
    sessions = read_measured(Path(os.environ["FITBURN_CHECK_DATA"]) / CHECK_FILE, SHUTTLE_RUN_TYPE)
    for group in check(model, sessions):
        mape = group["mape_percent"]
        assert mape["model"] is not None
        assert mape["keytel"] is not None
        if group["gender"] == ALL:
            assert mape["model"] <= ALLOWED_MAPE.get(group["kind"], mape["keytel"])
