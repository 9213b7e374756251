"""`make chaos` in a minute: every fault once, and what it checks can fail."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_everything_breaks_once_and_every_workout_is_scored_and_awarded_once() -> None:
    command = [sys.executable, "-m", "chaos", "--short", "--seed=1", "--workouts=1500"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
