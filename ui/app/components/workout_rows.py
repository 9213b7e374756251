"""Workouts as rows of a list: the member's own, and the club's."""

from app.components import cards
from app.text import language, workouts
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


def of_member(one: RecentWorkout, units: Units) -> cards.Row:
    """Row for the member: type, day, effort, calories, points, and why it is held or rejected."""
    state = workouts.state_of(one)
    what = [language.day(one.local_day, "MMMEd"), *effort(one, units)]
    if state == workouts.HELD:
        what += [_(workouts.HOLD_REASONS[reason]) for reason in one.hold_reasons if reason in workouts.HOLD_REASONS]
    if state == workouts.REJECTED and one.review_reason:
        what.append(one.review_reason)
    return cards.Row(
        icon=workouts.symbol_of(one.workout_type),
        title=workouts.name_of(one.workout_type),
        subtitle=" · ".join(what),
        figure=_("{kcal} kcal", kcal=number(one.calories_pred)) if one.calories_pred else "–",
        detail=workouts.points(one.points or 0),
        mark="" if state == workouts.DONE else _(workouts.STATES[state]),
        mood=MOODS[state],
    )


def of_club(one: RecentWorkout, units: Units) -> cards.Row:
    """Row for an operator: with the member's name and why it failed or is held."""
    state = workouts.state_of(one)
    why = [*(one.hold_reasons if state == workouts.HELD else ()), *([one.error_code] if one.error_code else [])]
    return cards.Row(
        icon=workouts.symbol_of(one.workout_type),
        title=f"{workouts.name_of(one.workout_type)} · {who(one)}",
        subtitle=" · ".join([language.moment(one.ts), *effort(one, units), *map(workouts.reason_in_words, why)]),
        figure=_("{kcal} kcal", kcal=number(one.calories_pred)) if one.calories_pred else "–",
        detail=workouts.points(one.points or 0),
        mark=_(workouts.STATES[state]),
        mood=MOODS[state],
    )


def who(one: RecentWorkout) -> str:
    """The member's name, else the club's id of the member."""
    return one.display_name or one.user_id or "–"


def effort(one: RecentWorkout, units: Units) -> list[str]:
    effort = [_("{minutes} min", minutes=number(one.duration_min))]
    if one.distance_km:
        effort.append(units.distance_of(one.distance_km))
    if one.avg_hr:
        effort.append(_("{bpm} bpm", bpm=number(one.avg_hr)))
    return effort
