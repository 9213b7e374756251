"""What the pages know of challenges: titles in the reader's language, what is counted, and how far one is."""

from datetime import date

from app.components import meters
from app.text import language, workouts
from app.text.language import N_, _, n_, number
from fitburn_client import Challenge

METRICS = {
    "minutes": N_("Minutes"),
    "calories": N_("Calories, kcal"),
    "workouts": N_("Workouts"),
    "distinct_days": N_("Days with a workout"),
}
ACTIVE, UPCOMING, PAST, CANCELLED = "active", "upcoming", "past", "cancelled"


def title_of(one: Challenge) -> str:
    """In the reader's language."""
    return str(getattr(one, f"title_{language.current()}"))


def bonus_of(one: Challenge) -> str:
    return f"+{workouts.points(one.bonus_points)}"


def rule_of(one: Challenge) -> str:
    """What it takes, such as Rowing · 100 minutes."""
    return f"{type_of(one)} · {amount(one.metric, one.goal)}"


def type_of(one: Challenge) -> str:
    return workouts.name_of(one.workout_type) if one.workout_type else _("Any workout")


def span_of(one: Challenge) -> str:
    return f"{language.day(one.starts_on)} – {language.day(one.ends_on)}"


def amount(metric: str, count: float) -> str:
    """So much of the metric, with its unit."""
    match metric:
        case "minutes":
            return workouts.minutes(count)
        case "calories":
            return _("{kcal} kcal", kcal=number(count))
        case "workouts":
            return workouts.workouts(count)
        case _:
            return n_("{n} day", "{n} days", count)


def share_of(one: Challenge) -> float:
    """Of the goal, from 0; more than 1 beyond it."""
    return one.progress.value / one.goal if one.progress else 0.0


def is_reached(one: Challenge) -> bool:
    return one.progress is not None and one.progress.reached_at is not None


def meter(one: Challenge) -> meters.Meter:
    """The member's own way to the goal."""
    done = int(one.progress.value) if one.progress else 0
    return meters.Meter(
        title=title_of(one),
        subtitle=f"{type_of(one)} · {span_of(one)}",
        share=1.0 if is_reached(one) else share_of(one),
        figure=bonus_of(one),
        left=_("{done} of {goal}", done=number(done), goal=amount(one.metric, one.goal))
        if done < one.goal
        else amount(one.metric, done),
        right=_when(one),
        mark=_("Reached") if is_reached(one) else "",
        mood="good",
    )


def _when(one: Challenge) -> str:
    if one.status == UPCOMING:
        return _("from {day}", day=language.day(one.starts_on))
    if one.status == PAST:
        return _("ended on {day}", day=language.day(one.ends_on))
    days = (one.ends_on - today()).days
    if days < 1:
        return _("last day today")
    return n_("{n} day left", "{n} days left", days)


def today() -> date:
    return language.now().date()
