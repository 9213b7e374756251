"""Invariants of the committed files."""

import json
import os
import pickle
import pickletools
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitburn.features import FEATURES, describe_features
from trainer import artefacts
from trainer.pipeline import Predictor

ROOT = artefacts.MODELS.parent


def train_into(folder: Path) -> dict[str, Any]:
    """The metrics of a set that a separate process made, as `make train` does."""
    environment = {name: value for name, value in os.environ.items() if name != "FITBURN_CHECK_DATA"}
    command = [sys.executable, "-m", "trainer.train", "--models", str(folder)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return artefacts.read_metrics(folder)


def made_in_the_same_environment(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Same libraries, and the same bytes of the cohort: another processor may round differently."""
    return all(first[key] == second[key] for key in ("libraries", "machine", "data"))


def test_training_again_gives_the_same_bytes(metrics: dict[str, Any], tmp_path: Path) -> None:
    again = train_into(tmp_path)
    expected = metrics if made_in_the_same_environment(again, metrics) else train_into(tmp_path / "second")
    for key in ("sha256", "model_version", "features_sha256", "cross_validation", "golden", "reference"):
        assert again[key] == expected[key], key


def test_the_set_belongs_together(metrics: dict[str, Any]) -> None:
    for name, key in ((artefacts.MODEL, "sha256"), (artefacts.FEATURES_FILE, "features_sha256")):
        assert artefacts.sha256_of((artefacts.MODELS / name).read_bytes()) == metrics[key]
    assert metrics["model_version"].endswith(metrics["sha256"][:8])


def test_features_json_matches_the_code() -> None:
    text = (artefacts.MODELS / artefacts.FEATURES_FILE).read_text(encoding="utf-8")
    assert json.loads(text) == describe_features()


def test_the_files_are_well_under_a_megabyte() -> None:
    names = (artefacts.MODEL, artefacts.FEATURES_FILE, artefacts.METRICS)
    assert sum((artefacts.MODELS / name).stat().st_size for name in names) < 700_000


def test_the_model_predicts_the_golden_rows(model: Predictor, metrics: dict[str, Any]) -> None:
    matrix = np.array([row["input"] for row in metrics["golden"]], dtype=np.float64)
    assert matrix.shape == (8, len(FEATURES))
    assert np.isnan(matrix).any()
    assert model.predict(matrix).tolist() == pytest.approx([row["output"] for row in metrics["golden"]], rel=1e-6)


def test_the_artefact_names_nothing_but_scikit_learn_and_numpy(model: Predictor) -> None:
    operations = pickletools.genops(pickle.dumps(model, protocol=2))
    named = {
        str(argument).split(".")[0].split(" ")[0] for operation, argument, _ in operations if operation.name == "GLOBAL"
    }
    assert {"numpy", "sklearn"} <= named <= {"numpy", "sklearn", "__builtin__", "_codecs"}


def test_the_reference_spread_accounts_for_every_row(metrics: dict[str, Any]) -> None:
    spread = metrics["reference"]
    assert list(spread["features"]) == [feature.name for feature in FEATURES]
    for name, column in [*spread["features"].items(), ("calories_pred", spread["calories_pred"])]:
        assert sum(column["shares"]) + column.get("missing", 0.0) == pytest.approx(1.0, abs=1e-4), name
        assert len(column.get("edges", [])) in (0, len(column["shares"]) + 1), name


def test_every_type_and_gender_is_judged(metrics: dict[str, Any]) -> None:
    validation = metrics["cross_validation"]
    for name in ("gender", "workout_type"):
        categories = next(feature.categories for feature in FEATURES if feature.name == name)
        by = validation["by_gender" if name == "gender" else "by_type"]
        assert list(by) == list(categories)
        assert sum(errors["n"] for errors in by.values()) == validation["overall"]["n"]
    assert validation["overall"]["r2"] > 0.9


@pytest.mark.parametrize("damage", [b"", b"not what was trained"])
def test_a_model_that_metrics_do_not_describe_is_not_loaded(tmp_path: Path, damage: bytes) -> None:
    shutil.copytree(artefacts.MODELS, tmp_path, dirs_exist_ok=True)
    (tmp_path / artefacts.MODEL).write_bytes(damage)
    with pytest.raises(
        artefacts.UnusableModelError, match=r"model\.joblib is not the file that metrics\.json describes"
    ):
        artefacts.read_model(tmp_path)


def test_a_missing_set_is_reported_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(artefacts.UnusableModelError, match="Run `make train`"):
        artefacts.read_model(tmp_path)
