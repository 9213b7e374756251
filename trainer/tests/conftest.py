"""The committed set, read once."""

from typing import Any

import pytest
from hypothesis import settings

from trainer import artefacts
from trainer.pipeline import Predictor

settings.register_profile("trainer", deadline=None)
settings.load_profile("trainer")


@pytest.fixture(scope="session")
def model() -> Predictor:
    return artefacts.read_model(artefacts.MODELS)


@pytest.fixture(scope="session")
def metrics() -> dict[str, Any]:
    return artefacts.read_metrics(artefacts.MODELS)
