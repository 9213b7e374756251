"""Settings of the worker, from the environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from fitburn.settings import Settings

REPOSITORY = Path(__file__).parents[2]


class WorkerSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="WORKER_", frozen=True, extra="ignore", env_ignore_empty=True)

    batch_size: int = Field(default=500, ge=1, le=10_000)
    """Workouts scored as one matrix and written by one transaction."""
    batch_wait_ms: float = Field(default=5.0, ge=0, le=1_000)
    """How long a batch gathers if the one before was not small."""
    sweep_every_sec: float = Field(default=5.0, gt=0)
    sweep_after_sec: float = Field(default=30.0, gt=0)
    """A row that has been pending for longer is swept; a claim expires after the same time."""
    metrics_port: int = Field(default=9101, ge=1, le=65_535)
    metrics_host: str = "127.0.0.1"
    models_dir: Path = REPOSITORY / "models"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
