"""A set of model files is loaded whole, or refused with a sentence that names the file and the reason."""

import hashlib
import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MODELS

from app.model_loader import load_model
from fitburn.errors import ModelRefusedError
from fitburn.features import FEATURES, MISSING

FILES = ("features.json", "metrics.json", "model.joblib")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed set."""
    for name in FILES:
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def change_metrics(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "metrics.json"
    metrics = json.loads(path.read_text())
    change(metrics)
    path.write_text(json.dumps(metrics))


def refusal(folder: Path) -> str:
    with pytest.raises(ModelRefusedError) as caught:
        load_model(folder)
    return str(caught.value)


def test_committed_set_loads_with_its_version(folder: Path) -> None:
    assert load_model(folder).version == json.loads((folder / "metrics.json").read_text())["model_version"]


def test_loaded_model_scores_a_matrix_with_missing_values(folder: Path) -> None:
    row = [0.0, 30.0, 180.0, 80.0, 35.0, MISSING, MISSING, 1.0]
    assert len(row) == len(FEATURES)
    calories = load_model(folder).predict(np.array([row] * 64))
    assert calories.shape == (64,)
    assert np.all((calories > 100) & (calories < 1000))


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert str(folder / name) in refusal(folder)
    assert "No such file" in refusal(folder)


@pytest.mark.parametrize("name", ["features.json", "model.joblib"])
def test_one_changed_byte_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert refusal(folder).startswith(f"{name} is not the file that metrics.json describes")


def test_tampered_artefact_is_not_even_opened(folder: Path) -> None:
    trap = folder / "sprung"
    # A pickle that creates a file when it is loaded.
    (folder / "model.joblib").write_bytes(f"cpathlib\nPath.touch\n(cpathlib\nPath\n(V{trap}\ntRtR.".encode())
    assert "model.joblib" in refusal(folder)
    assert not trap.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00\x01", '"text"', '{"sha256": 5}'])
def test_metrics_that_describe_no_model_are_refused(folder: Path, text: str) -> None:
    (folder / "metrics.json").write_text(text)
    assert f"{folder / 'metrics.json'} does not describe a model" in refusal(folder)


@pytest.mark.parametrize("entry", ["model_version", "sha256", "features_sha256", "libraries", "golden"])
def test_missing_entry_is_named(folder: Path, entry: str) -> None:
    change_metrics(folder, lambda metrics: metrics.pop(entry))
    assert f"({entry}: " in refusal(folder)


def test_features_of_another_release_are_refused(folder: Path) -> None:
    features = json.loads((folder / "features.json").read_text())
    content = json.dumps(features[::-1]).encode()
    (folder / "features.json").write_bytes(content)
    change_metrics(folder, lambda metrics: metrics.update(features_sha256=hashlib.sha256(content).hexdigest()))
    assert refusal(folder).startswith("features.json lists other features than this worker computes")


def test_other_scikit_learn_is_refused_with_both_versions(folder: Path) -> None:
    change_metrics(folder, lambda metrics: metrics["libraries"].update({"scikit-learn": "0.1"}))
    assert "made with scikit-learn 0.1, this worker has " + version("scikit-learn") in refusal(folder)


def test_wrong_golden_output_is_refused(folder: Path) -> None:
    change_metrics(folder, lambda metrics: metrics["golden"][-1].update(output=metrics["golden"][-1]["output"] + 0.01))
    assert refusal(folder).startswith("model.joblib does not give the golden outputs of metrics.json")


def test_golden_row_of_another_width_is_refused(folder: Path) -> None:
    change_metrics(folder, lambda metrics: [row["input"].pop() for row in metrics["golden"]])
    assert refusal(folder).startswith("model.joblib cannot score the golden rows of metrics.json")


def test_no_golden_rows_are_refused(folder: Path) -> None:
    change_metrics(folder, lambda metrics: metrics["golden"].clear())
    assert "(golden: " in refusal(folder)
