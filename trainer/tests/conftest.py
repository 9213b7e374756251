"""The committed model files, read once."""

from typing import Any

import pytest

from trainer import artefacts
from trainer.pipeline import Predictor


@pytest.fixture(scope="session")
def model() -> Predictor:
    return artefacts.read_model(artefacts.MODELS)


@pytest.fixture(scope="session")
def metrics() -> dict[str, Any]:
    return artefacts.read_metrics(artefacts.MODELS)
