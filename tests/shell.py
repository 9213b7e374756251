"""Commands and workouts of the owner of a running stack."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fitburn_client import Workout

ROOT = Path(__file__).resolve().parent.parent
SCORING_SEC = 60.0
"""Longest time that a busy machine takes to score a workout."""


def workout(user_id: str | None, hours_ago: float = 2.0, **changes: Any) -> Workout:
    start = datetime.now(UTC) - timedelta(hours=hours_ago)
    values = {"gender": "Female", "age": 34, "height_cm": 168, "weight_kg": 62, "duration_min": 40, "avg_hr": 148}
    return Workout(**{"user_id": user_id, "ts": start, "workout_type": "running", **values, **changes})


def run(stack: Any, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the environment that the stack's owner would have."""
    environment = {
        **os.environ,
        "FITBURN_LOCAL_DIR": str(stack.folder),
        "FITBURN_API_URL": stack.api_url,
        "FITBURN_API_KEY": stack.api_key,
        "DATABASE_URL": stack.database_url,
    }
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
