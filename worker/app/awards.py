"""Rows that say what each workout of a batch earns. No database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.db import CreditedWorkout, PendingWorkout
from fitburn.awards import Decision, Ledger
from fitburn.plausibility import span


def decide_awards(
    scored: Iterable[tuple[PendingWorkout, float]], credited: Iterable[CreditedWorkout]
) -> list[dict[str, Any]]:
    """A row for `db.finish` for each workout with its gross kcal, decided in the order of acceptance."""
    ledgers = _open_ledgers(credited)
    return [
        _row(workout, calories, ledgers[workout.member_id].decide(workout, calories))
        for workout, calories in sorted(scored, key=lambda pair: pair[0].workout_id)
    ]


def _open_ledgers(credited: Iterable[CreditedWorkout]) -> Mapping[str, Ledger]:
    ledgers: defaultdict[str, Ledger] = defaultdict(Ledger)
    for workout in credited:
        ledgers[workout.member_id].enter(workout.local_day, span(workout.ts, workout.duration_min), workout)
    return ledgers


def _row(workout: PendingWorkout, calories: float, decision: Decision) -> dict[str, Any]:
    return {
        "prediction_id": workout.prediction_id,
        "workout_id": workout.workout_id,
        "club_id": workout.club_id,
        "member_id": workout.member_id,
        "local_day": workout.local_day,
        "calories": calories,
        "points": decision.award.points,
        "points_reasons": decision.award.reasons,
        "hold_reasons": decision.hold_reasons,
        "credited_kcal": decision.award.credited_kcal,
        "credited_min": decision.award.credited_min,
        "held_points": decision.held_points,
    }
