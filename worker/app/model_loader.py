"""Loads the model, and refuses a set of files that does not belong together.

`joblib.load` executes code from the file, so the file's checksum is verified first.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Protocol

import joblib
import numpy as np
from pydantic import BaseModel, Field, ValidationError

from app.composition import fast_predict
from app.matrices import Function, Matrix
from fitburn import features
from fitburn.errors import ModelRefusedError

MODEL, METRICS, FEATURES = "model.joblib", "metrics.json", "features.json"
GOLDEN_TOLERANCE = 1e-6
"""Relative tolerance: another processor may round the last bits differently."""

REMEDY = "Restore the three files of one training, or run `make train`."


class Regressor(Protocol):
    def predict(self, matrix: Matrix, /) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Model:
    """`predict` returns gross kcal for each row of `fitburn.features`."""

    version: str
    predict: Function


class Description(BaseModel):
    """The part of `metrics.json` that the loader needs."""

    model_version: str
    sha256: str
    features_sha256: str
    libraries: dict[str, str]
    golden: list["Golden"] = Field(min_length=1)


class Golden(BaseModel):
    """A row and the model's output for it at training time."""

    input: list[float | None]
    output: float


def load_model(folder: Path) -> Model:
    """Load and verify the model. Raises ModelRefusedError, whose message names the file and the reason."""
    description = _read_description(folder / METRICS)
    feature_list, artefact = _read(folder / FEATURES), _read(folder / MODEL)
    _check_digest(FEATURES, feature_list, description.features_sha256)
    _check_digest(MODEL, artefact, description.sha256)
    _check_features(json.loads(feature_list))
    _check_library(description)
    # Load from the verified bytes: the file may have been replaced since.
    regressor: Regressor = joblib.load(BytesIO(artefact))
    _check_golden(regressor, description.golden)
    return Model(description.model_version, fast_predict(regressor))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefusedError(f"{path} cannot be read ({error.strerror}). {REMEDY}") from None


def _read_description(path: Path) -> Description:
    try:
        return Description.model_validate_json(_read(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole file"
        raise ModelRefusedError(f"{path} does not describe a model ({place}: {first['msg']}). {REMEDY}") from None


def _check_digest(name: str, content: bytes, expected: str) -> None:
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelRefusedError(
            f"{name} is not the file that {METRICS} describes: their sha256 differ. "
            "Restore the three files of one training together."
        )


def _check_features(described: object) -> None:
    if described != features.describe_features():
        raise ModelRefusedError(
            f"{FEATURES} lists other features than this worker computes. Deploy both from one release."
        )


def _check_library(description: Description) -> None:
    trained, installed = description.libraries.get("scikit-learn"), version("scikit-learn")
    if trained != installed:
        raise ModelRefusedError(
            f"{MODEL} was made with scikit-learn {trained}, this worker has {installed}. "
            "Install the pinned requirements, or run `make train`."
        )


def _check_golden(regressor: Regressor, golden: Sequence[Golden]) -> None:
    rows = [[math.nan if value is None else value for value in row.input] for row in golden]
    try:
        outputs = regressor.predict(np.array(rows, dtype=np.float64))
    except ValueError as error:
        raise ModelRefusedError(f"{MODEL} cannot score the golden rows of {METRICS} ({error}). {REMEDY}") from None
    expected = np.array([row.output for row in golden])
    if not np.allclose(outputs, expected, rtol=GOLDEN_TOLERANCE, atol=0):
        raise ModelRefusedError(f"{MODEL} does not give the golden outputs of {METRICS}. {REMEDY}")
