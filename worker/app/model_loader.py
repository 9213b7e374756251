"""Loads the model, and refuses a set of files that does not belong together.

`joblib.load` runs what the file says, so its checksum is verified before.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import joblib
import numpy as np

from fitburn import features
from fitburn.errors import ModelRefusedError

MODEL, METRICS, FEATURES = "model.joblib", "metrics.json", "features.json"
GOLDEN_TOLERANCE = 1e-6
"""Relative: another processor may round the last bits differently."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


class Regressor(Protocol):
    def predict(self, matrix: Matrix) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Model:
    """A regressor for rows of `fitburn.features`, in gross kcal."""

    version: str
    regressor: Regressor


def load_model(folder: Path) -> Model:
    """Raises ModelRefusedError with a sentence that says which file and why."""
    metrics = _read_json(folder / METRICS)
    feature_list = _read(folder / FEATURES)
    artefact = _read(folder / MODEL)
    _check_digest(FEATURES, feature_list, metrics, "features_sha256")
    _check_digest(MODEL, artefact, metrics, "sha256")
    _check_features(json.loads(feature_list))
    _check_library(metrics)
    regressor: Regressor = joblib.load(folder / MODEL)
    _check_golden(regressor, metrics)
    return Model(str(_entry(metrics, "model_version")), regressor)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefusedError(f"{path} cannot be read ({error.strerror}). Run `make train`.") from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read(path))
    except ValueError:
        raise ModelRefusedError(f"{path} is not JSON. Restore it, or run `make train`.") from None
    if not isinstance(content, dict):
        raise ModelRefusedError(f"{path} is not a JSON object. Restore it, or run `make train`.")
    return content


def _entry(metrics: dict[str, Any], name: str) -> Any:
    if name not in metrics:
        raise ModelRefusedError(f"{METRICS} has no entry {name}. Restore it, or run `make train`.")
    return metrics[name]


def _check_digest(name: str, content: bytes, metrics: dict[str, Any], entry: str) -> None:
    if hashlib.sha256(content).hexdigest() != _entry(metrics, entry):
        raise ModelRefusedError(
            f"{name} is not the file that {METRICS} describes: their sha256 differ. "
            "Restore the three files of one training together."
        )


def _check_features(found: object) -> None:
    if found != features.describe_features():
        raise ModelRefusedError(
            f"{FEATURES} lists other features than this worker computes. Deploy both from one release."
        )


def _check_library(metrics: dict[str, Any]) -> None:
    trained, here = _entry(metrics, "libraries").get("scikit-learn"), version("scikit-learn")
    if trained != here:
        raise ModelRefusedError(
            f"{MODEL} was made with scikit-learn {trained}, this worker has {here}. "
            "Install the pinned requirements, or run `make train`."
        )


def _check_golden(regressor: Regressor, metrics: dict[str, Any]) -> None:
    golden = _entry(metrics, "golden")
    if not golden:
        raise ModelRefusedError(f"{METRICS} has no golden rows to try the model on. Run `make train`.")
    rows = [[math.nan if value is None else value for value in row["input"]] for row in golden]
    found = regressor.predict(np.array(rows, dtype=np.float64))
    expected = np.array([row["output"] for row in golden])
    if not np.allclose(found, expected, rtol=GOLDEN_TOLERANCE, atol=0):
        raise ModelRefusedError(f"{MODEL} does not give the golden outputs of {METRICS}. Run `make train`.")
