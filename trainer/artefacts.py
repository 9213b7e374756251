"""The three files of `models/`: written as one set, and verified by checksum when read."""

import hashlib
import json
import os
import platform
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import joblib

from fitburn.features import describe_features
from trainer.pipeline import Predictor

SERIES = "2026.1"
"""Raise it when the model is made in another way; the rest of the version is the artefact's checksum."""

MODELS = Path(__file__).resolve().parent.parent / "models"
MODEL = "model.joblib"
FEATURES_FILE = "features.json"
METRICS = "metrics.json"
LIBRARIES = ("scikit-learn", "numpy", "joblib")


class UnusableModelError(ValueError):
    """The files in `models/` do not belong together; the message names them and the remedy."""


class UnwritableFolderError(OSError):
    """The set cannot be written; the message names the remedy."""


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def packed(model: Predictor) -> bytes:
    """The content of model.joblib. It contains no timestamp."""
    buffer = BytesIO()
    joblib.dump(model, buffer, compress=("xz", 6))
    return buffer.getvalue()


def features_content() -> bytes:
    return _json(describe_features())


def check_writable(folder: Path) -> None:
    """Check before minutes of training whose result could not be saved. Raises UnwritableFolderError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in (MODEL, FEATURES_FILE, METRICS)]
    unwritable = [file.name for file in files if not os.access(file if os.path.exists(file) else folder, os.W_OK)]
    if unwritable:
        raise UnwritableFolderError(
            f"User {os.getuid()} may not write {', '.join(unwritable)} in {folder}. Run as its owner "
            '(docker compose: set TRAINER_USER="$(id -u):$(id -g)"), or name another one with --models.'
        )


def write_set(folder: Path, model: bytes, features: bytes, metrics: dict[str, Any]) -> None:
    """Write the three files in direct succession, so that they are inconsistent only for a moment."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(model)
    (folder / FEATURES_FILE).write_bytes(features)
    write_metrics(folder, metrics)


def write_metrics(folder: Path, metrics: dict[str, Any]) -> None:
    (folder / METRICS).write_bytes(_json(metrics))


def read_metrics(folder: Path) -> dict[str, Any]:
    """The content of metrics.json. Raises UnusableModelError."""
    path = folder / METRICS
    try:
        return cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise UnusableModelError(f"{path} cannot be read ({error}). Run `make train` to make the set anew.") from error


def read_model(folder: Path) -> Predictor:
    """The model, loaded only if it is the one that metrics.json describes. Raises UnusableModelError."""
    path = folder / MODEL
    expected = read_metrics(folder).get("sha256")
    if not path.is_file() or sha256_of(path.read_bytes()) != expected:
        raise UnusableModelError(
            f"{path} is not the file that {METRICS} describes. Run `make train` to make the set anew."
        )
    return cast(Predictor, joblib.load(path))


def identity(model: bytes, features: bytes) -> dict[str, Any]:
    """The part of metrics.json that identifies the files of the set."""
    model_sha256 = sha256_of(model)
    return {
        "model_version": f"{SERIES}-{model_sha256[:8]}",
        "sha256": model_sha256,
        "features_sha256": sha256_of(features),
        "libraries": {name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, allow_nan=False) + "\n").encode()
