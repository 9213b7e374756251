"""Evaluates the model in `models/` on measured workouts and prints its errors beside those of published equations.

FILE is a CSV with a header: gender, age, height_cm, weight_kg, duration_min, calories_measured, and where known
avg_hr, distance_km, speed_kmh, workout_type, kind (a name to group by).
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fitburn.workouts import WorkoutType
from trainer import artefacts
from trainer.judge import GroupErrors, check
from trainer.measured import SHUTTLE_RUN_TYPE, UnreadableSessionsError, read_measured

HEADINGS = ("kind", "gender", "n", "model", "Keytel", "Keytel+VO2max", "model's bias")


def table(groups: Sequence[GroupErrors]) -> str:
    """The groups of `judge.check` as aligned text."""
    rows = [HEADINGS, *(_cells(group) for group in groups)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _cells(group: GroupErrors) -> tuple[str, ...]:
    mape = group["mape_percent"]
    errors = ("-" if mape[name] is None else f"{mape[name]:.1f} %" for name in ("model", "keytel", "keytel_vo2max"))
    return (group["kind"], group["gender"], str(group["n"]), *errors, f"{group['bias_percent']:+.1f} %")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer.evaluate", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--workout-type",
        type=WorkoutType,
        choices=list(WorkoutType),
        default=SHUTTLE_RUN_TYPE,
        help="of rows that name none (default: %(default)s)",
    )
    parser.add_argument("--models", type=Path, default=artefacts.MODELS, help="default: %(default)s")
    parser.add_argument("--record", action="store_true", help="keep the table, never a row, in metrics.json")
    options = parser.parse_args(arguments)
    try:
        sessions = read_measured(options.file, options.workout_type)
        groups = check(artefacts.read_model(options.models), sessions)
        metrics = artefacts.read_metrics(options.models)
        if options.record:
            artefacts.write_metrics(options.models, metrics | {"real_data": groups})
    except (UnreadableSessionsError, artefacts.UnusableModelError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Mean absolute error in per cent of measured calories; model {metrics['model_version']}")
    print(f"{len(sessions)} workouts; those that name no type are taken as {options.workout_type}\n")
    print(table(groups))
    return 0


if __name__ == "__main__":
    sys.exit(main())
