"""Decides what each workout of a batch earns, given what its member has been credited for already. No database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.db import CreditedWorkout, PendingWorkout
from fitburn.plausibility import HoldReason, Span, hold_reasons, span
from fitburn.points import Award, DayUsage, award


@dataclass(slots=True)
class Ledger:
    """What one member has been credited for: usage by day, and when they were busy."""

    days: defaultdict[date, DayUsage] = field(default_factory=lambda: defaultdict(DayUsage))
    spans: list[Span] = field(default_factory=list)


def decide_awards(
    scored: Sequence[tuple[PendingWorkout, float]], credited: Iterable[CreditedWorkout]
) -> list[dict[str, Any]]:
    """A row for `db.finish` for each workout with its calories, in the order of acceptance.

    A workout that is held earns nothing and takes nothing from the day's limits; what it would have earned is noted.
    """
    ledgers = _open_ledgers(credited)
    rows = []
    for workout, calories in sorted(scored, key=lambda pair: pair[0].workout_id):
        ledger = ledgers[workout.member_id]
        holds = hold_reasons(workout, workout.accepted_at, ledger.spans)
        earned = award(workout, calories, ledger.days[workout.local_day])
        if not holds:
            ledger.days[workout.local_day].add(earned)
            ledger.spans.append(span(workout.ts, workout.duration_min))
        rows.append(_row(workout, calories, earned, holds))
    return rows


def _open_ledgers(credited: Iterable[CreditedWorkout]) -> Mapping[str, Ledger]:
    ledgers: defaultdict[str, Ledger] = defaultdict(Ledger)
    for earned in credited:
        ledger = ledgers[earned.member_id]
        day = ledger.days[earned.local_day]
        day.points += earned.points
        day.workouts += 1
        day.minutes += earned.credited_min
        ledger.spans.append(span(earned.ts, earned.duration_min))
    return ledgers


def _row(workout: PendingWorkout, calories: float, earned: Award, holds: Sequence[HoldReason]) -> dict[str, Any]:
    given = Award(points=0, credited_kcal=0.0, credited_min=0.0, reasons=[]) if holds else earned
    return {
        "prediction_id": workout.prediction_id,
        "workout_id": workout.workout_id,
        "club_id": workout.club_id,
        "member_id": workout.member_id,
        "local_day": workout.local_day,
        "calories": calories,
        "points": given.points,
        # Codes are plain words, so that joining them is PostgreSQL's array literal.
        "points_reasons": "{" + ",".join(given.reasons) + "}",
        "hold_reasons": "{" + ",".join(holds) + "}",
        "credited_kcal": given.credited_kcal,
        "credited_min": given.credited_min,
        "held_points": earned.points if holds else None,
    }
