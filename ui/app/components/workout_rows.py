"""Workouts as rows of a list: the member's own, and the club's."""

from app.components import cards
from app.text import explanations, language, workouts
from app.text.language import _, number
from app.text.units import Units
from fitburn_client import RecentWorkout

MOODS = {
    workouts.PENDING: "plain",
    workouts.DONE: "good",
    workouts.FAILED: "failed",
    workouts.HELD: "held",
    workouts.REJECTED: "failed",
}


def own_row(workout: RecentWorkout, units: Units) -> cards.Row:
    """Row for the member: type, day, effort, calories, points, and why it is held or rejected."""
    state = workouts.state_of(workout)
    parts = [language.day(workout.local_day, "MMMEd"), *effort(workout, units)]
    if state == workouts.HELD:
        parts += map(explanations.of_hold, workout.hold_reasons)
    if state == workouts.REJECTED and workout.review_reason:
        parts.append(workout.review_reason)
    return cards.Row(
        icon=workouts.symbol_of(workout.workout_type),
        title=workouts.name_of(workout.workout_type),
        subtitle=" · ".join(parts),
        figure=_("{kcal} kcal", kcal=number(workout.calories_pred)) if workout.calories_pred else "–",
        detail=workouts.points(workout.points or 0),
        mark="" if state == workouts.DONE else _(workouts.STATES[state]),
        mood=MOODS[state],
    )


def club_row(workout: RecentWorkout, units: Units) -> cards.Row:
    """Row for an operator: with the member's name and why it failed or is held."""
    state = workouts.state_of(workout)
    parts = [language.moment(workout.ts), *effort(workout, units)]
    if state == workouts.HELD:
        parts += map(explanations.of_hold, workout.hold_reasons)
    if workout.error_code:
        parts.append(explanations.of_failure(workout.error_code))
    return cards.Row(
        icon=workouts.symbol_of(workout.workout_type),
        title=f"{workouts.name_of(workout.workout_type)} · {member_name(workout)}",
        subtitle=" · ".join(parts),
        figure=_("{kcal} kcal", kcal=number(workout.calories_pred)) if workout.calories_pred else "–",
        detail=workouts.points(workout.points or 0),
        mark=_(workouts.STATES[state]),
        mood=MOODS[state],
    )


def member_name(workout: RecentWorkout) -> str:
    """The member's name, else the club's id of the member."""
    return workout.display_name or workout.user_id or "–"


def effort(workout: RecentWorkout, units: Units) -> list[str]:
    parts = [_("{minutes} min", minutes=number(workout.duration_min))]
    if workout.distance_km:
        parts.append(units.distance_of(workout.distance_km))
    if workout.avg_hr:
        parts.append(_("{bpm} bpm", bpm=number(workout.avg_hr)))
    return parts
