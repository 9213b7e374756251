"""Makes `models/`: draws the cohort, trains, evaluates and writes the three files. The same bytes on every run.

With FITBURN_CHECK_DATA (a folder) the model is also evaluated on the measured workouts in it.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from trainer import artefacts
from trainer.cohort import GENERATOR, Cohort, draw_cohort
from trainer.golden import golden_rows
from trainer.judge import Progress, check, cross_validate
from trainer.measured import CHECK_FILE, SHUTTLE_RUN_TYPE, Measured, UnreadableSessionsError, read_measured
from trainer.pipeline import fit_model
from trainer.reference import describe_spread

SEED = 2026
ROWS = 400_000


def train(folder: Path, sessions: Sequence[Measured], progress: Progress) -> None:
    """Write features.json, model.joblib and metrics.json. `sessions` are measured workouts to evaluate on, if any."""
    progress(f"drawing {ROWS:,} workouts")
    cohort = draw_cohort(ROWS, SEED)
    progress("training")
    model = fit_model(cohort.matrix, cohort.kcal, SEED)
    packed, features = artefacts.packed(model), artefacts.features_content()
    metrics = artefacts.identity(packed, features) | {
        "data": _describe(cohort),
        "cross_validation": cross_validate(cohort, SEED, progress),
        "golden": golden_rows(model),
        "reference": describe_spread(cohort.matrix[cohort.core], model.predict(cohort.matrix[cohort.core])),
    }
    metrics["real_data"] = check(model, sessions) if sessions else _recorded_check(folder, metrics["sha256"])
    artefacts.write_set(folder, packed, features, metrics)
    progress(f"wrote model {metrics['model_version']} into {folder}")


def _describe(cohort: Cohort) -> dict[str, object]:
    return {
        "generator": GENERATOR,
        "seed": SEED,
        "n": len(cohort.kcal),
        "synthetic": True,
        "sha256": artefacts.sha256_of(cohort.matrix.tobytes() + cohort.kcal.tobytes()),
    }


def _recorded_check(folder: Path, model_sha256: str) -> object:
    """Errors on measured workouts that an earlier run recorded for the same model, or None."""
    try:
        earlier = artefacts.read_metrics(folder)
    except artefacts.UnusableModelError:
        return None
    return earlier.get("real_data") if earlier.get("sha256") == model_sha256 else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer.train", description=__doc__)
    parser.add_argument("--models", type=Path, default=artefacts.MODELS, help="where to write (default: %(default)s)")
    folder = parser.parse_args(arguments).models
    check_data = os.environ.get("FITBURN_CHECK_DATA")
    started = time.monotonic()

    def progress(step: str) -> None:
        print(f"{time.monotonic() - started:5.1f} s  {step}", flush=True)

    try:
        artefacts.check_writable(folder)
        sessions = read_measured(Path(check_data) / CHECK_FILE, SHUTTLE_RUN_TYPE) if check_data else []
        train(folder, sessions, progress)
    except (UnreadableSessionsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
