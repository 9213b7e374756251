"""What the members of the demo earned, as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fitburn_client import Prediction, Workout

BAR_WIDTH = 24


@dataclass(slots=True)
class Earned:
    """Sums over the workouts of a member."""

    workouts: int = 0
    kcal: float = 0.0
    points: int = 0
    held: list[tuple[Workout, Prediction]] = field(default_factory=list)

    def add(self, workout: Workout, prediction: Prediction) -> None:
        self.workouts += 1
        self.kcal += prediction.calories_pred or 0.0
        self.points += prediction.points or 0
        if prediction.hold_reasons:
            self.held.append((workout, prediction))


def table(earned: Mapping[str, Earned]) -> Iterator[str]:
    """Lines of the table, highest points first, and the workouts that are held for review."""
    most = max((sums.points for sums in earned.values()), default=0) or 1
    rule = f"  {'─' * 10}{'─' * 10}{'─' * 10}{'─' * 9}"
    yield ""
    yield f"  {'member':<10}{'workouts':>10}{'kcal':>10}{'points':>9}"
    yield rule
    for name, sums in sorted(earned.items(), key=lambda item: (-item[1].points, item[0])):
        bar = "█" * round(BAR_WIDTH * sums.points / most)
        yield f"  {name:<10}{sums.workouts:>10}{sums.kcal:>10,.0f}{sums.points:>9,}  {bar}".rstrip()
    yield rule
    workouts, kcal, points = (
        sum(getattr(sums, what) for sums in earned.values()) for what in ("workouts", "kcal", "points")
    )
    yield f"  {f'{len(earned)} members':<10}{workouts:>10,}{kcal:>10,.0f}{points:>9,}"
    yield from _held(earned)


def _held(earned: Mapping[str, Earned]) -> Iterator[str]:
    held = [(name, *pair) for name, sums in sorted(earned.items()) for pair in sums.held]
    if held:
        yield ""
        yield "  Held for review: no points until an operator has decided"
    for name, workout, prediction in held:
        rate = f" at {workout.avg_hr:.0f} bpm" if workout.avg_hr else ""
        why = ", ".join(reason.replace("_", " ") for reason in prediction.hold_reasons)
        yield f"  {name}, {workout.ts:%a %d %b}: {workout.workout_type} {workout.duration_min:.0f} min{rate}: {why}"
